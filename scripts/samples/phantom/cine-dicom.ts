import { createHash } from "node:crypto";
import dcmjs from "dcmjs";
import type { FrameGeometry } from "../../../src/core/image/frame";
import type { CineFrame, CineProtocol } from "./cine";
import { encodeRunLengths } from "./run-length-encoder";

const { DicomDict, DicomMetaDictionary } = dcmjs.data;

const mrImageStorage = "1.2.840.10008.5.1.4.1.1.4";
const rleLossless = "1.2.840.10008.1.2.5";
/** One heartbeat, in milliseconds: 67 beats a minute. */
const heartbeatMs = 896;

type Vector = [number, number, number];

/** From the mitral valve to the apex, in the patient's coordinates (to the left, to the back, to the head): left, forward, down. */
const longAxis = normalise([0.62, -0.55, -0.56]);
/** Down the picture: as far towards the feet as the plane allows. */
const downColumn = normalise(perpendicular([0, 0, -1], longAxis));
/** Along a row: to the patient's left and back, so that the right ventricle is on the picture's left. */
const alongRow = cross(longAxis, downColumn);
/** Where the middle of the picture meets the plane of the mitral valve, in mm. */
const mitralValve: Vector = [38, 12, -22];

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function perpendicular(vector: Vector, axis: Vector): Vector {
  const along = vector[0] * axis[0] + vector[1] * axis[1] + vector[2] * axis[2];
  return [vector[0] - along * axis[0], vector[1] - along * axis[1], vector[2] - along * axis[2]];
}

function normalise(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** A number as a decimal string of at most 16 characters (PS3.5 6.2, DS). */
const decimal = (value: number): string => rounded(value).toString();
const rounded = (value: number): number => Number(value.toFixed(6)) + 0;

/** A UID that is the same on every machine: 2.25 and a 128-bit number out of the name's hash (PS3.5 B.2). */
function uidOf(name: string): string {
  const digest = createHash("sha256").update(`slicebench cardiac cine phantom: ${name}`).digest("hex");
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`).toString()}`;
}

/** Centre of the first pixel of a slice, in the patient's coordinates. */
function imagePosition(protocol: CineProtocol, slice: number): Vector {
  const right = (-(protocol.columns - 1) / 2) * protocol.spacingMm;
  const down = (-(protocol.rows - 1) / 2) * protocol.spacingMm;
  const along = protocol.slicePositionsMm[slice]!;
  const at = (axis: 0 | 1 | 2): number =>
    mitralValve[axis] + along * longAxis[axis] + right * alongRow[axis] + down * downColumn[axis];
  return [at(0), at(1), at(2)];
}

/** A slice's grid as FrameGeometry writes it, from the numbers that the DICOM file holds. */
export function cineGeometry(
  protocol: CineProtocol,
  slice: number,
): Required<Pick<FrameGeometry, "spacingMm" | "position" | "orientation">> {
  const [x, y, z] = imagePosition(protocol, slice).map(rounded) as Vector;
  const [a, b, c] = alongRow.map(rounded) as Vector;
  const [d, e, f] = downColumn.map(rounded) as Vector;
  return {
    spacingMm: [protocol.spacingMm, protocol.spacingMm],
    position: [x, y, z],
    orientation: [a, b, c, d, e, f],
  };
}

/** The series as one DICOM Part 10 file a frame: MR Image Storage (PS3.3 A.4), RLE lossless, all slices and phases in one series. */
export function encodeCineFrame(protocol: CineProtocol, frame: CineFrame): Uint8Array {
  const { slice, phase } = frame;
  const instanceUid = uidOf(`instance ${slice} ${phase}`);
  const meta = DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
    MediaStorageSOPClassUID: mrImageStorage,
    MediaStorageSOPInstanceUID: instanceUid,
    TransferSyntaxUID: rleLossless,
    ImplementationClassUID: uidOf("implementation"),
    ImplementationVersionName: "SLICEBENCH",
  });
  const file = new DicomDict(meta);
  file.dict = DicomMetaDictionary.denaturalizeDataset({
    ...studyAndSeries(protocol),
    ...acquisition(protocol, frame),
    SOPInstanceUID: instanceUid,
    InstanceNumber: slice * protocol.phases + phase + 1,
    ImagePositionPatient: imagePosition(protocol, slice).map(decimal),
    ImageOrientationPatient: [...alongRow, ...downColumn].map(decimal),
    SliceLocation: decimal(protocol.slicePositionsMm[slice]!),
    PixelData: [exactBuffer(encodeRunLengths(frame.pixels, protocol.columns))],
    _vrMap: { PixelData: "OB" },
  });
  return new Uint8Array(file.write({ fragmentMultiframe: false }));
}

const exactBuffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;

function studyAndSeries(protocol: CineProtocol): Record<string, unknown> {
  return {
    SpecificCharacterSet: "ISO_IR 100",
    ImageType: ["ORIGINAL", "PRIMARY", "OTHER"],
    SOPClassUID: mrImageStorage,
    StudyDate: "20250101",
    StudyTime: "120000",
    SeriesDate: "20250101",
    SeriesTime: "120000",
    ContentDate: "20250101",
    ContentTime: "120000",
    AccessionNumber: "",
    Modality: "MR",
    Manufacturer: "Slicebench",
    ManufacturerModelName: "Cardiac cine phantom",
    ReferringPhysicianName: "",
    StudyDescription: "Cardiac cine phantom",
    SeriesDescription: "Short axis cine (computed, not a patient)",
    PatientName: "Phantom^Cardiac Cine",
    PatientID: "SLICEBENCH-CINE",
    PatientBirthDate: "",
    PatientSex: "",
    BodyPartExamined: "HEART",
    PatientPosition: "HFS",
    StudyInstanceUID: uidOf("study"),
    SeriesInstanceUID: uidOf("series"),
    StudyID: "1",
    SeriesNumber: "1",
    FrameOfReferenceUID: uidOf("frame of reference"),
    PositionReferenceIndicator: "",
    SpacingBetweenSlices: decimal(protocol.slicePositionsMm[1]! - protocol.slicePositionsMm[0]!),
  };
}

function acquisition(protocol: CineProtocol, frame: CineFrame): Record<string, unknown> {
  return {
    ScanningSequence: "GR",
    SequenceVariant: "SS",
    ScanOptions: "CG",
    MRAcquisitionType: "2D",
    SequenceName: "bssfp-cine",
    SliceThickness: decimal(protocol.sliceThicknessMm),
    RepetitionTime: "3.2",
    EchoTime: "1.6",
    FlipAngle: "60",
    MagneticFieldStrength: "1.5",
    EchoTrainLength: 1,
    HeartRate: 67,
    NominalInterval: heartbeatMs,
    CardiacNumberOfImages: protocol.phases,
    TriggerTime: decimal((frame.phase / protocol.phases) * heartbeatMs),
    AcquisitionNumber: frame.slice + 1,
    TemporalPositionIdentifier: frame.phase + 1,
    NumberOfTemporalPositions: protocol.phases,
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: protocol.rows,
    Columns: protocol.columns,
    PixelSpacing: [decimal(protocol.spacingMm), decimal(protocol.spacingMm)],
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    WindowCenter: "300",
    WindowWidth: "600",
  };
}
