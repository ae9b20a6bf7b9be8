import { readFile } from "node:fs/promises";
import { decode, encode } from "fast-png";
import { SlicebenchError } from "../core/errors";
import type { LabelMap, Segment } from "../core/mask/label-map";

/**
 * A label map as an indexed PNG: each pixel is its segment's value, shown in the segment's colour. Values
 * without a segment, background included, are black. The same label map gives the same bytes.
 */
export function encodeLabelMap(
  labelMap: LabelMap,
  segments: readonly Pick<Segment, "value" | "colour">[],
): Uint8Array {
  const highest = Math.max(...segments.map(({ value }) => value));
  const palette = Array.from({ length: highest + 1 }, (_, value) =>
    colourOf(segments.find((segment) => segment.value === value)),
  );
  return encode({
    width: labelMap.columns,
    height: labelMap.rows,
    data: labelMap.values,
    channels: 1,
    depth: 8,
    palette,
  });
}

/**
 * A probability map as a 16-bit grey PNG: 0 is impossible, 65535 certain.
 * @param probabilities 0 to 1, rows x columns
 */
export function encodeProbabilityMap(
  probabilities: Float32Array,
  { rows, columns }: Pick<LabelMap, "rows" | "columns">,
): Uint8Array {
  const data = Uint16Array.from(probabilities, (probability) => Math.round(probability * 65_535));
  return encode({ width: columns, height: rows, data, channels: 1, depth: 16 });
}

/** Reads what `encodeProbabilityMap` wrote. Throws LABEL_MAP_UNREADABLE for anything else. */
export async function readProbabilityMap(file: string): Promise<Float32Array> {
  const image = decodeGreyPng(await readFile(file), file, [16]);
  return Float32Array.from(image.data, (value) => value / 65_535);
}

/**
 * Reads an instance mask from a grey PNG of 8 or 16 bits: each pixel's value is its object's number, 0 is background.
 * Throws LABEL_MAP_UNREADABLE for anything else.
 */
export async function readObjectMap(
  file: string,
): Promise<{ rows: number; columns: number; objects: Int32Array }> {
  const image = decodeGreyPng(await readFile(file), file, [8, 16]);
  return { rows: image.height, columns: image.width, objects: Int32Array.from(image.data) };
}

function colourOf(segment: Pick<Segment, "colour"> | undefined): [red: number, green: number, blue: number] {
  const colour = Number.parseInt(segment?.colour.slice(1) ?? "0", 16);
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
}

/**
 * Reads a label map from an indexed or grey 8-bit PNG: a pixel's index or grey value is its segment's value.
 * Throws LABEL_MAP_UNREADABLE for anything else.
 */
export async function readLabelMap(file: string): Promise<LabelMap> {
  return decodeLabelMap(await readFile(file), file);
}

/** As `readLabelMap`, of a file that was read. */
export function decodeLabelMap(bytes: Uint8Array, file: string): LabelMap {
  const image = decodeGreyPng(bytes, file, [8]);
  return { rows: image.height, columns: image.width, values: Uint8Array.from(image.data) };
}

function decodeGreyPng(
  bytes: Uint8Array,
  file: string,
  depths: readonly number[],
): ReturnType<typeof decode> {
  let image: ReturnType<typeof decode>;
  try {
    image = decode(bytes);
  } catch (cause) {
    throw notALabelMap(file, "It is no PNG that can be read.", cause);
  }
  if (image.channels === 1 && depths.includes(image.depth)) return image;
  const wanted = depths.join(" or ");
  throw notALabelMap(
    file,
    `It has ${image.channels} channels of ${image.depth} bits; wanted is 1 of ${wanted}.`,
  );
}

function notALabelMap(file: string, seen: string, cause?: unknown): SlicebenchError {
  return new SlicebenchError("LABEL_MAP_UNREADABLE", `The file is no label map. ${seen}`, {
    file,
    hint: "A label map is a PNG of 8 bits, indexed or grey, whose values are segments.",
    cause,
  });
}
