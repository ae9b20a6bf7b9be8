/** Colours of layers A, B, C, D; those that follow take what the palette has left. */
const layerColours = ["#E69F00", "#56B4E9", "#CC79A7", "#F0E442", "#009E73", "#D55E00", "#0072B2"] as const;
const furtherColour = "#b0b4b8";

/** The letter and the colour that a layer has wherever it appears. */
export interface LayerBadge {
  letter: string;
  colour: string;
}

/** @param index from 0, in the order of the layers */
export function layerBadge(index: number): LayerBadge {
  const letter = index < 26 ? String.fromCharCode(65 + index) : String(index + 1);
  return { letter, colour: layerColours[index] ?? furtherColour };
}
