/** The part of dcmjs that is used here; the package has no types of its own. */
declare module "dcmjs" {
  /** Elements by eight-digit tag, as in DICOM JSON. */
  type Elements = Record<string, { vr: string; Value: unknown[] }>;
  type Triple = [number, number, number];
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
      Colors: {
        /** Red, green and blue from 0 to 1, and CIELab as DICOM scales it to 16 bits (PS3.3 C.10.7.1.1). */
        rgb2DICOMLAB(rgb: Triple): Triple;
        dicomlab2RGB(lab: Triple): Triple;
      };
    };
  };
  export default dcmjs;
}
