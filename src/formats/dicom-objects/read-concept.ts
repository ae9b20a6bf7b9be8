import type { DataSet } from "dicom-parser";
import type { CodedConcept } from "../../core/mask/label-map";
import { readCode, readItems, readText } from "../dicom/elements";
import { objectTags } from "./object-tags";

/**
 * The concept in a code sequence (PS3.3 8.8); undefined where it has no code. One without a meaning is called by its code.
 * @param characterSet that of the data set
 */
export function readConcept(
  dataSet: DataSet,
  sequence: string,
  characterSet: string | undefined,
): CodedConcept | undefined {
  const [item] = readItems(dataSet, sequence);
  const value = item && (readCode(item, objectTags.codeValue) ?? readCode(item, objectTags.longCodeValue));
  const scheme = item && readCode(item, objectTags.codingSchemeDesignator);
  if (value === undefined || scheme === undefined) return undefined;
  return { value, scheme, meaning: readText(item!, objectTags.codeMeaning, "LO", characterSet) ?? value };
}
