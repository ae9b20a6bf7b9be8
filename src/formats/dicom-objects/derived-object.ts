import { randomUUID } from "node:crypto";
import dcmjs from "dcmjs";
import type { CodedConcept } from "../../core/mask/label-map";
import { implementation } from "../dicom/file-meta";
import type { Attributes, SourceFrame, SourceInstance } from "./source-instance";

const { DicomDict, DicomMetaDictionary } = dcmjs.data;

const explicitLittleEndian = "1.2.840.10008.1.2.1";

/** Who writes an object, and when. */
export interface Maker {
  softwareVersion: string;
  now: Date;
}

/** Which kind of object is written, and the series that it begins. */
export interface DerivedObject extends Maker {
  sopClassUid: string;
  modality: string;
  seriesDescription: string;
  seriesNumber: number;
}

/** The UID that a UUID is (PS3.5 B.2). */
export function uidOf(uuid: string): string {
  return `2.25.${BigInt(`0x${uuid.replaceAll("-", "")}`).toString()}`;
}

export const newUid = (): string => uidOf(randomUUID());

/**
 * What every object derived from an image begins with: patient and study of the image, a series of its own, this
 * program as the equipment, and the SOP Common module.
 */
export function describeDerived(source: SourceInstance, object: DerivedObject): Attributes {
  const { date, time } = dateAndTime(object.now);
  return {
    ...source.patientAndStudy,
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: object.sopClassUid,
    SOPInstanceUID: newUid(),
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    Modality: object.modality,
    SeriesInstanceUID: newUid(),
    SeriesNumber: String(object.seriesNumber),
    SeriesDescription: shortText(object.seriesDescription),
    SeriesDate: date,
    SeriesTime: time,
    InstanceNumber: "1",
    Manufacturer: "Slicebench",
    ManufacturerModelName: "Slicebench",
    // Type 1 in Enhanced General Equipment (PS3.3 C.7.5.2); a program has no other number than its version.
    DeviceSerialNumber: object.softwareVersion,
    SoftwareVersions: object.softwareVersion,
  };
}

/** As DA and TM write them (PS3.5 6.2), in local time. */
export function dateAndTime(now: Date): { date: string; time: string } {
  const two = (value: number): string => String(value).padStart(2, "0");
  return {
    date: `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`,
    time: `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`,
  };
}

/** A number as DS writes it: at most 16 characters (PS3.5 6.2), as exact as they allow. */
export function decimalString(value: number): string {
  for (let digits = 17; digits > 1; digits--) {
    const text = String(Number(value.toPrecision(digits)) + 0);
    if (text.length <= 16) return text;
  }
  return "0";
}

/**
 * Text as one value of at most so many bytes: a backslash would begin a second value (PS3.5 6.2), and readers count a
 * value's length in bytes, though the standard counts characters.
 */
export function shortText(text: string, mostBytes = 64): string {
  const encoder = new TextEncoder();
  const kept = Array.from(text.replace(/[\\\p{Control}]/gu, " "));
  while (encoder.encode(kept.join("")).length > mostBytes) kept.pop();
  return kept.join("").trim();
}

/** One item of a code sequence (PS3.3 8.8). */
export function codeItem({ value, scheme, meaning }: CodedConcept): Attributes {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: shortText(meaning) };
}

/** Refers to an instance, or to one frame of it (PS3.3 10.3). */
export function referenceTo({ instance, frame }: SourceFrame): Attributes {
  return {
    ReferencedSOPClassUID: instance.sopClassUid,
    ReferencedSOPInstanceUID: instance.sopInstanceUid,
    ...(instance.isMultiFrame && { ReferencedFrameNumber: String(frame + 1) }),
  };
}

/** The instances behind frames, each once. */
export function instancesOf(frames: readonly SourceFrame[]): SourceInstance[] {
  return [...new Map(frames.map(({ instance }) => [instance.sopInstanceUid, instance])).values()];
}

/** Refers to whole instances, each once. */
export function instanceReferences(frames: readonly SourceFrame[]): Attributes[] {
  return instancesOf(frames).map(({ sopClassUid, sopInstanceUid }) => ({
    ReferencedSOPClassUID: sopClassUid,
    ReferencedSOPInstanceUID: sopInstanceUid,
  }));
}

/** The object as a DICOM file (PS3.10), explicit little endian. */
export function encodeObject(attributes: Attributes): Uint8Array {
  const meta = DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
    MediaStorageSOPClassUID: attributes.SOPClassUID,
    MediaStorageSOPInstanceUID: attributes.SOPInstanceUID,
    TransferSyntaxUID: explicitLittleEndian,
    ImplementationClassUID: implementation.classUid,
    ImplementationVersionName: implementation.versionName,
  });
  const file = new DicomDict(meta);
  file.dict = DicomMetaDictionary.denaturalizeDataset(attributes);
  return new Uint8Array(file.write({ fragmentMultiframe: false }));
}

/** Pixel data as dcmjs takes it: a buffer of exactly these bytes, padded to an even length (PS3.5 8.1.1). */
export function pixelDataOf(bytes: Uint8Array): [ArrayBuffer] {
  const even = new Uint8Array(bytes.length + (bytes.length % 2));
  even.set(bytes);
  return [even.buffer];
}
