/** The typed arrays in which stored values are kept: as wide and as signed as the file says. */
export type PixelArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** A linear window in the units of the modality LUT's output (HU for CT). */
export interface Window {
  center: number;
  width: number;
  /** As the file names it ("BRAIN"), or a preset's name. */
  name?: string;
}

/** A lookup table as in DICOM: the entry for stored value v is `entries[clamp(v - firstValue)]`. */
export interface LookupTable {
  firstValue: number;
  bitsPerEntry: number;
  entries: Uint16Array;
}

/** How stored values become the values a person reads (PS3.3 C.7.6.3, C.11.1, C.11.2). */
export interface PixelMeaning {
  /** Colour frames are converted to RGB (or kept as PALETTE COLOR indices) by the reader. */
  photometricInterpretation: "MONOCHROME1" | "MONOCHROME2" | "RGB" | "PALETTE COLOR";
  bitsStored: number;
  rescaleSlope: number;
  rescaleIntercept: number;
  /** "HU" for CT, else as the file says; absent when unknown. */
  unit?: string;
  /** Replaces slope and intercept where present. */
  modalityLut?: LookupTable;
  windows: Window[];
  voiFunction: "LINEAR" | "LINEAR_EXACT" | "SIGMOID";
  voiLut?: LookupTable;
  /** Stored values from `low` to `high` are padding, outside the image (PS3.3 C.7.5.1.1.2). */
  padding?: { low: number; high: number };
  /** 8-bit red, green, blue by index; of PALETTE COLOR only. */
  palette?: { firstValue: number; red: Uint8Array; green: Uint8Array; blue: Uint8Array };
}

/** Where a frame lies, in millimetres, in the patient's coordinate system (LPS, as in DICOM). */
export interface FrameGeometry {
  /** Between rows, between columns. Absent where unknown: lengths are then in px. */
  spacingMm?: [row: number, column: number];
  /** Height to width of a pixel that is no square, where the file says it and no spacing: it gives no lengths. */
  pixelAspect?: [row: number, column: number];
  /** Centre of the first pixel: ImagePositionPatient. */
  position?: [x: number, y: number, z: number];
  /** Direction along a row (increasing column), then down a column: ImageOrientationPatient. */
  orientation?: [number, number, number, number, number, number];
  sliceThicknessMm?: number;
}

/** One picture: stored values after decompression, row by row, interleaved if colour. */
export interface Frame {
  rows: number;
  columns: number;
  samplesPerPixel: 1 | 3;
  /** Length rows x columns x samplesPerPixel. */
  pixels: PixelArray;
  meaning: PixelMeaning;
  geometry: FrameGeometry;
  /** The file's own overlays (PS3.3 C.9.2) together: rows x columns, 1 where something is drawn. */
  overlay?: Uint8Array;
}

/** Which picture: a file and the index of the frame in it, from 0. */
export interface FrameReference {
  file: string;
  frame: number;
}
