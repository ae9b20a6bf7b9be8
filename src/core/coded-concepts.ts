import type { CodedConcept } from "./mask/label-map";

/** A concept that a segment can be given, with its category and where it stands in the list. */
export interface ConceptChoice {
  group: string;
  concept: CodedConcept;
  category: CodedConcept;
}

const sct = (value: string, meaning: string): CodedConcept => ({ scheme: "SCT", value, meaning });

// DICOM PS3.16 CID 7150, Segmentation Property Categories.
const anatomy = sct("123037004", "Anatomical Structure");
const tissue = sct("85756007", "Tissue");
const morphology = sct("49755003", "Morphologically Abnormal Structure");
const substance = sct("91720002", "Body Substance");

type Row = readonly [value: string, meaning: string];

const listOf = (group: string, category: CodedConcept, rows: readonly Row[]): ConceptChoice[] =>
  rows.map(([value, meaning]) => ({ group, category, concept: sct(value, meaning) }));

/**
 * Concepts for segments: SNOMED CT codes out of DICOM PS3.16's CID 7151 and the context groups that it includes
 * (7152 cardiac, 7153 central nervous system, 7154 abdominal, 7155 thoracic, 7156 vascular, 7159 lesions, 7166 common
 * tissues), with categories of CID 7150. The nucleus of a cell and the left ventricle's myocardium are SNOMED CT
 * codes that DICOM uses elsewhere (microscopy annotations, CID 12305).
 */
export const conceptChoices: readonly ConceptChoice[] = [
  ...listOf("Heart", anatomy, [
    ["80891009", "Heart"],
    ["87878005", "Left ventricle"],
    ["53085002", "Right ventricle"],
    ["59652004", "Atrium"],
    ["76848001", "Pericardium"],
    ["15825003", "Aorta"],
  ]),
  ...listOf("Heart", tissue, [["49848007", "Left Ventricle Myocardium"]]),
  ...listOf("Vessels", tissue, [
    ["59820001", "Blood vessel"],
    ["51114001", "Artery"],
    ["29092000", "Vein"],
    ["20982000", "Capillary"],
  ]),
  ...listOf("Vessels", morphology, [["396339007", "Thrombus"]]),
  ...listOf("Brain", anatomy, [
    ["12738006", "Brain"],
    ["35764002", "Brain ventricle"],
    ["119238007", "Brain stem"],
    ["5366008", "Hippocampus"],
    ["42695009", "Thalamus"],
    ["2748008", "Spinal cord"],
  ]),
  ...listOf("Brain", tissue, [
    ["389081007", "Gray Matter"],
    ["389080008", "White Matter"],
  ]),
  ...listOf("Brain", substance, [["65216001", "Cerebrospinal Fluid"]]),
  ...listOf("Chest and abdomen", anatomy, [
    ["39607008", "Lung"],
    ["44567001", "Trachea"],
    ["32849002", "Esophagus"],
    ["10200004", "Liver"],
    ["78961009", "Spleen"],
    ["64033007", "Kidney"],
    ["23451007", "Adrenal gland"],
    ["15776009", "Pancreas"],
    ["69695003", "Stomach"],
    ["71854001", "Colon"],
    ["89837001", "Bladder"],
    ["41216001", "Prostate"],
  ]),
  ...listOf("Tissues", tissue, [
    ["272673000", "Bone"],
    ["309312004", "Cartilage"],
    ["71616004", "Muscle"],
    ["248300009", "Body fat"],
    ["39937001", "Skin"],
    ["59441001", "Lymph node"],
    ["119410002", "Nerve"],
    ["21793004", "Connective tissue"],
  ]),
  ...listOf("Cells", anatomy, [["84640000", "Nucleus"]]),
  ...listOf("Lesions", morphology, [
    ["4147007", "Mass"],
    ["108369006", "Neoplasm"],
    ["27925004", "Nodule"],
    ["367643001", "Cyst"],
    ["79654002", "Edema"],
    ["6574001", "Necrosis"],
    ["50960005", "Hemorrhage"],
    ["44132006", "Abscess"],
    ["23583003", "Inflammation"],
  ]),
];

export function isSameConcept(a: CodedConcept | undefined, b: CodedConcept | undefined): boolean {
  return a !== undefined && a.scheme === b?.scheme && a.value === b.value;
}

/** The category of a concept of the list; undefined where the list has it not. */
export function categoryOf(concept: CodedConcept): CodedConcept | undefined {
  return conceptChoices.find((choice) => isSameConcept(choice.concept, concept))?.category;
}
