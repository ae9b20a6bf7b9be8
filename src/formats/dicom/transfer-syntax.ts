/** How frames are compressed: which decoder reads them. */
export type Compression =
  "none" | "rle" | "jpeg" | "jpeg-ls" | "jpeg-2000" | "high-throughput-jpeg-2000" | "deflated-frames";

/** PS3.5 section 10 and annex A. */
export interface TransferSyntax {
  uid: string;
  name: string;
  encoding: "implicit" | "explicit";
  byteOrder: "little-endian" | "big-endian";
  /** The data set after the meta header is deflated as a whole (PS3.5 A.5). */
  deflated: boolean;
  compression: Compression;
  /** The stored values differ from those that were compressed, or may. */
  lossy: boolean;
}

const native = (
  uid: string,
  name: string,
  how: Partial<Pick<TransferSyntax, "encoding" | "byteOrder" | "deflated">> = {},
): TransferSyntax => ({
  uid,
  name,
  encoding: "explicit",
  byteOrder: "little-endian",
  deflated: false,
  compression: "none",
  lossy: false,
  ...how,
});

const compressed = (
  uid: string,
  name: string,
  compression: Compression,
  kind: "lossless" | "lossy" = "lossless",
): TransferSyntax => ({ ...native(uid, name), compression, lossy: kind === "lossy" });

const known: readonly TransferSyntax[] = [
  native("1.2.840.10008.1.2", "Implicit VR Little Endian", { encoding: "implicit" }),
  native("1.2.840.10008.1.2.1", "Explicit VR Little Endian"),
  native("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", { deflated: true }),
  native("1.2.840.10008.1.2.2", "Explicit VR Big Endian", { byteOrder: "big-endian" }),
  compressed("1.2.840.10008.1.2.5", "RLE Lossless", "rle"),
  compressed("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", "deflated-frames"),
  compressed("1.2.840.10008.1.2.4.50", "JPEG Baseline", "jpeg", "lossy"),
  compressed("1.2.840.10008.1.2.4.51", "JPEG Extended", "jpeg", "lossy"),
  compressed("1.2.840.10008.1.2.4.53", "JPEG Spectral Selection", "jpeg", "lossy"),
  compressed("1.2.840.10008.1.2.4.55", "JPEG Full Progression", "jpeg", "lossy"),
  compressed("1.2.840.10008.1.2.4.57", "JPEG Lossless", "jpeg"),
  compressed("1.2.840.10008.1.2.4.70", "JPEG Lossless, First-Order Prediction", "jpeg"),
  compressed("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", "jpeg-ls"),
  compressed("1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", "jpeg-ls", "lossy"),
  compressed("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", "jpeg-2000"),
  compressed("1.2.840.10008.1.2.4.91", "JPEG 2000", "jpeg-2000", "lossy"),
  compressed("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless", "high-throughput-jpeg-2000"),
  compressed(
    "1.2.840.10008.1.2.4.202",
    "High-Throughput JPEG 2000 RPCL Lossless",
    "high-throughput-jpeg-2000",
  ),
  compressed("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000", "high-throughput-jpeg-2000", "lossy"),
];

const byUid = new Map(known.map((syntax) => [syntax.uid, syntax]));

/** The transfer syntax with this UID, or undefined where this program does not know it. */
export function findTransferSyntax(uid: string): TransferSyntax | undefined {
  return byUid.get(uid);
}

/** All that files can be read in. */
export const knownTransferSyntaxUids: readonly string[] = known.map(({ uid }) => uid);

export const implicitLittleEndian = known[0]!;
export const explicitLittleEndian = known[1]!;
export const explicitBigEndian = known[3]!;
