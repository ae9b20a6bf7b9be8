import type { DataSet } from "dicom-parser";
import { readItems, readText } from "../elements";
import { tags } from "../tags";
import { wordsOf } from "./clean-text";
import { attributeName, isDescriptor, representationOf } from "./profile";

/** The words of one file that say who somebody is. */
export interface IdentifyingWords {
  /** Of names and identifiers: they may stand nowhere. */
  personal: ReadonlySet<string>;
  /** Also of institutions, addresses, comments: they are not taken into a cleaned description. */
  all: ReadonlySet<string>;
}

/** Identifiers of a patient, a visit or an order; names are told by their VR. */
const identifiers: ReadonlySet<string> = new Set([
  tags.patientId,
  "x00101000", // Other Patient IDs
  "x00101001", // Other Patient Names
  "x00101005", // Patient's Birth Name
  "x00101060", // Patient's Mother's Birth Name
  "x00080050", // Accession Number
  "x00380010", // Admission ID
]);

const textRepresentations = new Set("LO SH LT ST UT UC PN AE".split(" "));

/** Collects from a data set and all of its sequences. */
export function collectIdentifyingWords(dataSet: DataSet): IdentifyingWords {
  const personal = new Set<string>();
  const all = new Set<string>();
  const characterSet = readText(dataSet, tags.specificCharacterSet, "CS");
  const collect = (items: DataSet) => {
    for (const { tag, vr: written } of Object.values(items.elements)) {
      for (const item of readItems(items, tag)) collect(item);
      const vr = representationOf(tag, written);
      if (vr === undefined || !textRepresentations.has(vr)) continue;
      if (attributeName(tag) === undefined || isDescriptor(tag)) continue;
      const words = wordsOf(readText(items, tag, vr, characterSet) ?? "");
      for (const word of words) all.add(word);
      if (vr === "PN" || identifiers.has(tag)) for (const word of words) personal.add(word);
    }
  };
  collect(dataSet);
  return { personal, all };
}
