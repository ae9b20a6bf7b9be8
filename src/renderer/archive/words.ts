import type { FoundStudy } from "../../core/archive";
import { readablePersonName } from "../../core/person-name";
import type { ArchiveConnection } from "../../host/contract";

/** "2020-03-02" of DICOM's "20200302"; what is no such day stays as the archive wrote it. */
export function dayText(day: string | undefined): string {
  return (day ?? "").replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
}

/** "Yamada, Tarou"; "no name" where the archive names nobody. */
export const patientText = ({ patientName = "" }: FoundStudy): string =>
  readablePersonName(patientName) || "no name";

/** What a job and the list of studies call it, without the patient: "MR Heart, 2020-03-02". */
export function titleOfStudy({ modalities, description, studyDate }: FoundStudy): string {
  const what = [modalities.join("/"), description].filter(Boolean).join(" ") || "Study";
  const day = dayText(studyDate);
  // By code points, so that no character is cut in two.
  const short = Array.from(what).slice(0, 50).join("").trim();
  return day === "" ? short : `${short}, ${day.slice(0, 16)}`;
}

/** "DICOMweb, https://archive.example/dicom-web" or "DIMSE, ARCHIVE at 10.0.0.7:104". */
export function addressText(archive: ArchiveConnection): string {
  return archive.protocol === "dicomweb"
    ? `DICOMweb, ${archive.url}`
    : `DIMSE, ${archive.calledAeTitle} at ${archive.host}:${archive.port}`;
}
