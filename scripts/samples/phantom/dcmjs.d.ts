/** The part of dcmjs that the samples use; the package has no types of its own. */
declare module "dcmjs" {
  /** Elements by eight-digit tag, as in DICOM JSON. */
  type Elements = Record<string, { vr: string; Value: unknown[] }>;
  const dcmjs: {
    data: {
      DicomDict: new (meta: Elements) => {
        dict: Elements;
        write(options?: { fragmentMultiframe?: boolean }): ArrayBuffer;
      };
      DicomMetaDictionary: {
        /** From keywords (`PatientName`) to tags. */
        denaturalizeDataset(dataset: Record<string, unknown>): Elements;
      };
    };
  };
  export default dcmjs;
}
