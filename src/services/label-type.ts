import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { create, type Font } from "fontkit";

/** The page's own typeface, so that a sheet looks the same on every machine and needs no system font. */
const fontFile = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
let loaded: Font | undefined;

function typeface(): Font {
  if (loaded === undefined) {
    const font = create(readFileSync(createRequire(import.meta.url).resolve(fontFile)));
    if (!("glyphForCodePoint" in font)) throw new Error("The typeface is a collection of fonts.");
    loaded = font;
  }
  return loaded;
}

export interface LabelStyle {
  sizePx: number;
  colour: string;
  /** Drawn with a stroke of its own colour: fontkit cannot vary the weight of a compressed font. */
  isStrong?: boolean;
  /** Text is cut, with an ellipsis, where it would be wider. */
  maxWidthPx?: number;
}

/** Width of the stroke that makes a line strong, as a share of its size. */
const strongStroke = 0.035;

/**
 * A line of text as outlines, so that no reader of the SVG needs the font.
 * @param at where its baseline begins
 * @returns an SVG group
 */
export function drawLabel(text: string, at: { x: number; y: number }, style: LabelStyle): string {
  const font = typeface();
  const scale = style.sizePx / font.unitsPerEm;
  const run = font.layout(fitText(text, style));
  let x = 0;
  const glyphs = run.glyphs.map((glyph, index) => {
    const { xAdvance, xOffset } = run.positions[index]!;
    const path = `<path transform="translate(${x + xOffset})" d="${glyph.path.toSVG()}"/>`;
    x += xAdvance;
    return path;
  });
  const stroke =
    style.isStrong === true
      ? `stroke="${style.colour}" stroke-width="${strongStroke * font.unitsPerEm}"`
      : "";
  return `<g fill="${style.colour}" ${stroke} transform="translate(${at.x} ${at.y}) scale(${scale} ${-scale})">${glyphs.join("")}</g>`;
}

/** Width of a line of text in pixels. */
export function measureLabel(text: string, sizePx: number): number {
  const font = typeface();
  return (font.layout(text).advanceWidth * sizePx) / font.unitsPerEm;
}

function fitText(text: string, { sizePx, maxWidthPx }: LabelStyle): string {
  if (maxWidthPx === undefined || measureLabel(text, sizePx) <= maxWidthPx) return text;
  let kept = text;
  while (kept.length > 1 && measureLabel(`${kept}…`, sizePx) > maxWidthPx) kept = kept.slice(0, -1).trimEnd();
  return `${kept}…`;
}
