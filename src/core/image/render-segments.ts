import type { LabelMap, Segment } from "../mask/label-map";

/** How much of a segment's colour covers the picture: little within, all on its border. */
const fillOpacity = 0.35;

/**
 * Paints segments over a picture: a tint within, the full colour on each segment's border pixels.
 * @param picture 8-bit grey (rows x columns) or red, green and blue (rows x columns x 3)
 * @returns red, green and blue, rows x columns x 3
 */
export function renderSegments(
  picture: Uint8Array,
  labelMap: LabelMap,
  segments: readonly Pick<Segment, "value" | "colour">[],
): Uint8Array {
  const { rows, columns, values } = labelMap;
  const channels = picture.length / values.length;
  const colours = new Map(segments.map(({ value, colour }) => [value, Number.parseInt(colour.slice(1), 16)]));
  const view = new Uint8Array(values.length * 3);
  values.forEach((value, pixel) => {
    const colour = colours.get(value);
    const column = pixel % columns;
    const row = (pixel - column) / columns;
    const isBorder =
      column === 0 ||
      row === 0 ||
      column === columns - 1 ||
      row === rows - 1 ||
      values[pixel - 1] !== value ||
      values[pixel + 1] !== value ||
      values[pixel - columns] !== value ||
      values[pixel + columns] !== value;
    const opacity = colour === undefined ? 0 : isBorder ? 1 : fillOpacity;
    for (let channel = 0; channel < 3; channel++) {
      const under = picture[channels === 1 ? pixel : pixel * 3 + channel]!;
      const over = ((colour ?? 0) >> (16 - 8 * channel)) & 0xff;
      view[pixel * 3 + channel] = Math.round(under + (over - under) * opacity);
    }
  });
  return view;
}
