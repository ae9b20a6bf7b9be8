import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { digestPixels } from "../../../../test-support/pixels";
import { filesIn, pythonWith, runPython, sharedData } from "../../../../test-support/readers";
import { openFile } from "../../open";
import { looksLikeDicom } from "../data-set";
import { deidentifyDicom } from "./deidentify";
import type { DeidentifyOptions } from "./profile";
import { Pseudonyms } from "./pseudonyms";

const folder = mkdtempSync(join(tmpdir(), "slicebench-deidentify-"));
afterAll(() => rmSync(folder, { recursive: true }));
const collection = sharedData("dicom-dev");
const pydicom = pythonWith("pydicom");

const basic: DeidentifyOptions = { retainUids: false, shiftDates: false, cleanDescriptors: false };
const everyOption: DeidentifyOptions = { retainUids: false, shiftDates: true, cleanDescriptors: true };
const pseudonyms = new Pseudonyms(new Uint8Array(32));

interface Pair {
  before: string;
  after: string;
}

/** De-identifies what can be of these files. */
function deidentifyAll(files: readonly string[], name: string, options: DeidentifyOptions): Pair[] {
  const out = join(folder, name);
  mkdirSync(out);
  return files.flatMap((before) => {
    const bytes = new Uint8Array(readFileSync(before));
    if (!looksLikeDicom(bytes)) return [];
    try {
      const { pieces } = deidentifyDicom(bytes, { options, pseudonyms });
      const after = join(out, basename(before));
      writeFileSync(after, Buffer.concat(pieces));
      return [{ before, after }];
    } catch {
      return [];
    }
  });
}

/** What of each original can still be found in the new file, and what else is wrong with it. */
const searchForOriginals = `
import json, re, sys, warnings, pydicom
warnings.simplefilter("ignore")
pairs, shifted = json.loads(sys.argv[1]), json.loads(sys.argv[2])
identifiers = {"PatientID", "AccessionNumber", "OtherPatientIDs", "InstitutionName", "InstitutionAddress", "StationName", "StudyID",
  "PatientAddress", "PatientTelephoneNumbers", "DeviceSerialNumber", "PerformedProcedureStepID", "PatientBirthDate", "AdmissionID"} | (set() if shifted else {"ImageComments", "PatientComments"})
dates = {"StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"}
uids = {"StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID", "ReferencedSOPInstanceUID"}
def read(path):
    return pydicom.dcmread(path, force=True)
faults = []
checked = 0
for pair in pairs:
    try: old = read(pair["before"])
    except Exception: continue
    new = read(pair["after"])
    try: list(old.iterall()); list(new.iterall())
    except Exception: continue
    name = pair["before"].split("/")[-1]
    raw = open(pair["after"], "rb").read()
    pixels = new.get("PixelData", b"") or b""
    head = raw.replace(bytes(pixels), b"") if len(pixels) > 8 else raw
    if bytes(old.get("PixelData", b"") or b"") != bytes(pixels): faults.append([name, "pixels differ"])
    if raw[:128] != bytes(128): faults.append([name, "preamble"])
    if new.PatientIdentityRemoved != "YES" or new.DeidentificationMethodCodeSequence[0].CodeValue != "113100": faults.append([name, "not recorded"])
    if new.LongitudinalTemporalInformationModified != ("MODIFIED" if shifted else "REMOVED"): faults.append([name, "dates not recorded"])
    if old.file_meta.get("TransferSyntaxUID", new.file_meta.TransferSyntaxUID) != new.file_meta.TransferSyntaxUID: faults.append([name, "syntax"])
    if "SOPInstanceUID" in new and new.file_meta.MediaStorageSOPInstanceUID != new.SOPInstanceUID: faults.append([name, "meta"])
    def values(ds):
        for element in ds.iterall():
            if element.tag.is_private or element.VR == "SQ" or element.value in (None, ""): continue
            many = element.value if isinstance(element.value, (list, pydicom.multival.MultiValue)) else [element.value]
            for value in many:
                if element.VR == "PN":
                    for group in value.original_string.split(b"=") if isinstance(getattr(value, "original_string", None), bytes) else [str(value).encode()]:
                        for part in re.split(rb"[\\^ ]", group): yield element, part
                elif element.keyword in identifiers | uids | dates: yield element, str(value).encode()
    for element, value in values(old):
        if len(value) < 5 or value.startswith(b"1.2.840.10008."): continue
        # Names that are also words of what stays are no find: whole words only.
        found = re.search(rb"(?<![0-9A-Za-z])" + re.escape(value) + rb"(?![0-9A-Za-z])", head)
        # A station or an institution may be called as the maker or the model, which stay; and a date may be the dummy.
        made_by = str(new.get("Manufacturer", "")) + " " + str(new.get("ManufacturerModelName", ""))
        if found and value.decode("latin1") not in made_by + " 19000101": faults.append([name, element.keyword, value.decode("latin1")])
        checked += 1
    for element in new.iterall():
        if element.tag.is_private or element.tag.group in (0x5000, 0x6000) or element.tag.element == 0: faults.append([name, "kept " + str(element.tag)])
        if element.VR == "PN" and element.keyword != "PatientName" and str(element.value) not in ("", "REMOVED"): faults.append([name, "name " + str(element.value)])
print(json.dumps(dict(faults=faults, checked=checked)))`;

test.skipIf(collection === undefined || pydicom === undefined).each([
  ["the basic profile", basic],
  ["shifted dates and cleaned descriptions", everyOption],
])("%s leaves nothing that identifies in any real file, and the pixel data as it was", (_name, options) => {
  const files = filesIn(join(collection!, "files"), "");
  const pairs = deidentifyAll(files, options === basic ? "basic" : "options", options);
  expect(pairs.length).toBeGreaterThan(100);
  const found = runPython(pydicom!, searchForOriginals, [
    JSON.stringify(pairs),
    JSON.stringify(options.shiftDates),
  ]) as { faults: unknown[]; checked: number };
  expect(found.faults).toEqual([]);
  expect(found.checked).toBeGreaterThan(500);
});

test.skipIf(collection === undefined)("pictures are decoded to the same values as before", async () => {
  const files = filesIn(join(collection!, "files"), "").slice(0, 60);
  let compared = 0;
  for (const { before, after } of deidentifyAll(files, "pictures", basic)) {
    const old = await openFile(before).catch(() => undefined);
    if (old?.kind !== "image") continue;
    const digest = await old.readFrame(0).then(({ pixels }) => digestPixels(pixels), String);
    const opened = await openFile(after);
    if (opened.kind !== "image") throw new Error(`${after} is no picture any more.`);
    const now = await opened.readFrame(0).then(
      ({ pixels }) => digestPixels(pixels),
      () => digest,
    );
    expect([before, now, opened.transferSyntaxUid]).toEqual([before, digest, old.transferSyntaxUid]);
    compared++;
  }
  expect(compared).toBeGreaterThan(20);
});

test.skipIf(pydicom === undefined)(
  "sequences, references, dates and descriptions are treated by the table, in every encoding",
  () => {
    const made = runPython(pydicom!, writeStudy, [folder]) as string[];
    const written = made.map((file) => {
      const { pieces, changes, warnings } = deidentifyDicom(new Uint8Array(readFileSync(file)), {
        options: everyOption,
        pseudonyms,
      });
      const after = `${file}.out`;
      writeFileSync(after, Buffer.concat(pieces));
      return { after, changed: changes.length, warnings };
    });
    const read = runPython(
      pydicom!,
      readStudy,
      written.map(({ after }) => after),
    ) as Record<string, unknown>[];
    const name = pseudonyms.patient("id 4711-0815 ");
    const shift = pseudonyms.shiftDays("id 4711-0815 ");
    const day = (date: string) =>
      new Date(Date.parse(date) + shift * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
    for (const each of read) {
      expect(each).toEqual({
        PatientName: name,
        PatientID: name,
        PatientBirthDate: "",
        StudyDate: day("2024-02-28"),
        AcquisitionDateTime: `${day("2024-03-01")}120000.5`,
        StudyTime: "080000",
        StudyDescription: "MRI brain with contrast T1w",
        SeriesDescription: "axial",
        Manufacturer: "ACME",
        nestedName: "REMOVED",
        referencesItself: true,
        sameFrame: true,
        sopClass: "1.2.840.10008.5.1.4.1.1.4",
        codingScheme: "2.16.840.1.113883.6.96",
        methods: ["113100", "113105", "113107"],
        request: "head for",
        private: false,
        OperatorsName: "REMOVED",
        absent: [],
        Rows: 2,
        SliceThickness: "1.5",
      });
    }
    expect(read).toHaveLength(4);
    expect(new Set(written.map(({ changed }) => changed)).size).toBe(1);
  },
);

const writeStudy = `
import json, sys, pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid
files = []
for syntax, little, implicit in [("1.2.840.10008.1.2", True, True), ("1.2.840.10008.1.2.1", True, False), ("1.2.840.10008.1.2.2", False, False), ("1.2.840.10008.1.2.1.99", True, False)]:
    meta = FileMetaDataset(); meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"; meta.MediaStorageSOPInstanceUID = generate_uid(); meta.TransferSyntaxUID = syntax
    meta.SourceApplicationEntityTitle = "WARD7"
    ds = FileDataset("", {}, file_meta=meta, preamble=b"MUSTERMANN".ljust(128, b"x"))
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.SOPClassUID = meta.MediaStorageSOPClassUID; ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = generate_uid(); ds.SeriesInstanceUID = generate_uid(); ds.FrameOfReferenceUID = generate_uid(); ds.Modality = "MR"
    ds.PatientName = "M\\xfcller^Eva Maria"; ds.PatientID = "4711-0815"; ds.PatientBirthDate = "19600229"; ds.PatientAddress = "Am Ring 1"
    ds.StudyDate = "20240228"; ds.StudyTime = "080000"; ds.AcquisitionDateTime = "20240301120000.5"
    ds.StudyDescription = "MRI brain with contrast, M\\xfcller, 4711-0815, T1w, call 555 123 456"
    ds.SeriesDescription = "axial Eva"; ds.Manufacturer = "ACME"; ds.ReferringPhysicianName = "House^Gregory"; ds.OperatorsName = "Maria"
    item = Dataset(); item.ReferencedSOPClassUID = ds.SOPClassUID; item.ReferencedSOPInstanceUID = ds.SOPInstanceUID
    deep = Dataset(); deep.PersonName = "M\\xfcller^Eva"; deep.FrameOfReferenceUID = ds.FrameOfReferenceUID
    code = Dataset(); code.CodeValue = "69536005"; code.CodingSchemeDesignator = "SCT"; code.CodeMeaning = "Head"; code.CodingSchemeUID = "2.16.840.1.113883.6.96"
    deep.AnatomicRegionSequence = Sequence([code]); item.AcquisitionContextSequence = Sequence([]); item.DerivationCodeSequence = Sequence([deep])
    ds.ReferencedImageSequence = Sequence([item])
    ds.RequestAttributesSequence = Sequence([Dataset()]); ds.RequestAttributesSequence[0].ScheduledProcedureStepDescription = "head for Eva"
    block = ds.private_block(0x0029, "ACME MR", create=True); block.add_new(1, "LO", "M\\xfcller")
    ds.add_new(0x60003000, "OW", b"\\0\\1"); ds.add_new(0x60000010, "US", 1); ds.add_new(0x00080000, "UL", 100)
    ds.Rows = ds.Columns = 2; ds.SliceThickness = "1.5"; ds.BitsAllocated = 8; ds.BitsStored = 8; ds.HighBit = 7; ds.PixelRepresentation = 0
    ds.SamplesPerPixel = 1; ds.PhotometricInterpretation = "MONOCHROME2"; ds.PixelData = b"abcd"; ds["PixelData"].VR = "OW"
    ds.is_little_endian, ds.is_implicit_VR = little, implicit
    ds["ReferencedImageSequence"].is_undefined_length = implicit
    path = sys.argv[1] + "/study-" + syntax + ".dcm"; ds.save_as(path, write_like_original=False); files.append(path)
    with open(path, "r+b") as f: f.write(b"MUSTERMANN")
print(json.dumps(files))`;

const readStudy = `
import json, sys, pydicom
found = []
for path in sys.argv[1:]:
    ds = pydicom.dcmread(path); item = ds.ReferencedImageSequence[0]; deep = item.DerivationCodeSequence[0]
    names = ["PatientName", "PatientID", "PatientBirthDate", "StudyDate", "AcquisitionDateTime", "StudyTime", "StudyDescription", "SeriesDescription", "Manufacturer", "OperatorsName", "Rows", "SliceThickness"]
    found.append({**{n: ds[n].value if n == "Rows" else str(ds[n].value) for n in names},
        "nestedName": str(deep.PersonName), "referencesItself": item.ReferencedSOPInstanceUID == ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID,
        "sameFrame": deep.FrameOfReferenceUID == ds.FrameOfReferenceUID, "sopClass": str(item.ReferencedSOPClassUID),
        "codingScheme": str(deep.AnatomicRegionSequence[0].CodingSchemeUID), "methods": [c.CodeValue for c in ds.DeidentificationMethodCodeSequence],
        "request": str(ds.RequestAttributesSequence[0].ScheduledProcedureStepDescription), "private": any(e.tag.is_private for e in ds.iterall()),
        "absent": [n for n in ["PatientAddress", "OverlayRows"] if n in ds] + [t for t in [0x00080000, 0x60003000] if t in ds] + (["AE"] if "SourceApplicationEntityTitle" in ds.file_meta else [])})
    raw = open(path, "rb").read()
    assert b"MUSTERMANN" not in raw and b"WARD7" not in raw and "M\\xfcller".encode("latin1") not in raw and b"Gregory" not in raw
print(json.dumps(found))`;

test("the same file becomes the same, under another secret another, and of the old UIDs nothing can be computed", () => {
  const one = new Pseudonyms(Uint8Array.of(1));
  const two = new Pseudonyms(Uint8Array.of(2));
  expect(one.uid("1.2.3")).toBe(one.uid("1.2.3"));
  expect(one.uid("1.2.3")).not.toBe(two.uid("1.2.3"));
  expect(one.uid("1.2.3")).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
  expect(one.uid("1.2.840.10008.1.1")).toBe("1.2.840.10008.1.1");
  expect(one.patient("id 1")).not.toBe(one.patient("id 2"));
  expect(createHash("sha256").update("1.2.3").digest("hex")).not.toContain(
    BigInt(one.uid("1.2.3").slice(5)).toString(16),
  );
});
