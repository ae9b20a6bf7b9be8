import type { CodedConcept, Segment } from "../../core/mask/label-map";

export const dcm = (value: string, meaning: string): CodedConcept => ({ value, scheme: "DCM", meaning });
export const sct = (value: string, meaning: string): CodedConcept => ({ value, scheme: "SCT", meaning });
export const ucum = (value: string, meaning: string): CodedConcept => ({ value, scheme: "UCUM", meaning });

/** Coded concepts that the objects use (PS3.16 annex D, and SNOMED CT as PS3.16 lists it). */
export const concepts = {
  artificialIntelligence: dcm("123110", "Artificial Intelligence"),
  attenuation: dcm("112031", "Attenuation Coefficient"),
  mrSignal: dcm("110852", "MR signal intensity"),
  background: dcm("125040", "Background"),
  segmentation: dcm("113076", "Segmentation"),
  sourceImage: dcm("121322", "Source image for image processing operation"),
  tissue: sct("85756007", "Tissue"),
  anatomicalStructure: sct("123037004", "Anatomical Structure"),
  morphologicallyAbnormal: sct("49755003", "Morphologically Abnormal Structure"),
} as const;

/** Segment types that are no anatomy: CID 7159 (lesion segmentation types) and what is commonly segmented beside. */
const abnormalTypes: ReadonlySet<string> = new Set([
  "108369006", // Neoplasm
  "4147007", // Mass
  "52988006", // Lesion
  "79654002", // Edema
  "6574001", // Necrosis
  "27925004", // Nodule
  "41329004", // Polyp
]);

/** A segment's property type: its own concept; where it has none, tissue, the widest that there is (CID 7166). */
export function propertyType({ concept }: Pick<Segment, "concept">): CodedConcept {
  return concept ?? concepts.tissue;
}

/** The category of that type (CID 7150): the segment's own, else what follows from the type. */
export function propertyCategory({ concept, category }: Pick<Segment, "concept" | "category">): CodedConcept {
  if (category !== undefined) return category;
  if (concept === undefined) return concepts.tissue;
  const isAbnormal = concept.scheme === "SCT" && abnormalTypes.has(concept.value);
  return isAbnormal ? concepts.morphologicallyAbnormal : concepts.anatomicalStructure;
}
