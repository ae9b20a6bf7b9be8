import type { LabelMap } from "./label-map";

/** What a difference map says of a pixel. */
export const differenceValues = { agreed: 1, tooMuch: 2, missed: 3 } as const;

/**
 * Where a layer's label map and a reference's differ, pixel by pixel. A pixel that both call a segment, but not the
 * same one, is too much: the layer claims there what the reference does not.
 * @returns 0 where both are background, else one of `differenceValues`
 * Throws RangeError where the two do not have the same size.
 */
export function compareLabelMaps(layer: LabelMap, reference: LabelMap): LabelMap {
  if (layer.rows !== reference.rows || layer.columns !== reference.columns)
    throw new RangeError(
      `A label map of ${layer.rows} x ${layer.columns} against one of ${reference.rows} x ${reference.columns}.`,
    );
  const values = new Uint8Array(layer.values.length);
  for (let i = 0; i < values.length; i++) {
    const own = layer.values[i]!;
    const wanted = reference.values[i]!;
    if (own !== 0) values[i] = own === wanted ? differenceValues.agreed : differenceValues.tooMuch;
    else if (wanted !== 0) values[i] = differenceValues.missed;
  }
  return { rows: layer.rows, columns: layer.columns, values };
}
