/** What a layer can be written as, by the word that the command line uses. */
export const exportFormats = [
  "seg",
  "seg-labelmap",
  "seg-fractional",
  "rtstruct",
  "sr",
  "sc",
  "nifti",
  "png",
  "coco",
  "csv",
] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What is sent to an archive: DICOM objects alone. */
export const sentFormats = ["seg", "seg-labelmap", "rtstruct", "sr", "sc"] as const;
export type SentFormat = (typeof sentFormats)[number];

/** What takes measurements that were drawn, without any segment. */
export const measurementFormats = ["sr", "csv"] as const satisfies readonly ExportFormat[];
export type MeasurementFormat = (typeof measurementFormats)[number];

export const isMeasurementFormat = (format: ExportFormat): format is MeasurementFormat =>
  (measurementFormats as readonly ExportFormat[]).includes(format);

/** Title and who takes it, for people. */
export const exportFormatTexts: Readonly<Record<ExportFormat, { title: string; detail: string }>> = {
  seg: { title: "DICOM segmentation", detail: "One bit a segment; what most archives and viewers read" },
  "seg-labelmap": { title: "DICOM label map", detail: "Supplement 243, for newer readers" },
  "seg-fractional": { title: "DICOM probabilities", detail: "Needs a layer that keeps them" },
  rtstruct: { title: "RT structure set", detail: "Contours in the patient, for treatment planning" },
  sr: {
    title: "DICOM measurements",
    detail: "Structured report (TID 1500), with the segmentation that it measures",
  },
  sc: { title: "DICOM picture of this slice", detail: "Secondary capture, the segments painted in" },
  nifti: { title: "NIfTI volume", detail: "nii.gz, for research tools" },
  png: { title: "PNG label maps", detail: "One a slice, indexed in the segments' colours" },
  coco: { title: "COCO annotations", detail: "Polygons and run lengths as JSON" },
  csv: { title: "Table of measurements", detail: "CSV, by slice and over the series" },
};
