import type { DataSet } from "dicom-parser";
import type { SeriesIdentity } from "../opened-file";
import { readCode, readDecimals, readText } from "./elements";
import { tags } from "./tags";

/** Which patient, study and series a data set belongs to. */
export function readIdentity(dataSet: DataSet): SeriesIdentity {
  const stated = {
    patientName: readText(dataSet, tags.patientName, "PN"),
    patientId: readText(dataSet, tags.patientId),
    studyInstanceUid: readCode(dataSet, tags.studyInstanceUid),
    studyDate: readCode(dataSet, tags.studyDate) ?? readCode(dataSet, tags.seriesDate),
    studyDescription: readText(dataSet, tags.studyDescription),
    seriesInstanceUid: readCode(dataSet, tags.seriesInstanceUid),
    seriesDescription: readText(dataSet, tags.seriesDescription),
    seriesNumber: readDecimals(dataSet, tags.seriesNumber)[0],
    modality: readCode(dataSet, tags.modality),
    sopInstanceUid: readCode(dataSet, tags.sopInstanceUid),
    instanceNumber: readDecimals(dataSet, tags.instanceNumber)[0],
    frameOfReferenceUid: readCode(dataSet, tags.frameOfReferenceUid),
    acquisitionNumber: readDecimals(dataSet, tags.acquisitionNumber)[0],
    echoNumbers: readCode(dataSet, tags.echoNumbers),
    temporalPosition: readDecimals(dataSet, tags.temporalPositionIdentifier)[0],
    triggerTimeMs: readDecimals(dataSet, tags.triggerTime)[0],
  };
  return withoutUndefined(stated);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The object without its undefined properties. */
export function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
