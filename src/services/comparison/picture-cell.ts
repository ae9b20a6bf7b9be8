import sharp from "sharp";
import { autoWindow, colourWindow, isColour, paintFrame, storedRange } from "../../core/image/display";
import type { Frame } from "../../core/image/frame";
import { pixelExtent } from "../../core/image/view";
import { compareLabelMaps, differenceValues } from "../../core/mask/difference";
import type { LabelMap } from "../../core/mask/label-map";
import { cutCorners, traceOutlines } from "../../core/mask/outline";

/** What is shown over a picture. */
export type PictureCell =
  | { kind: "picture"; reference?: LabelMap }
  | { kind: "layer"; labelMap: LabelMap; colour: string }
  /** What `layer` claims against `against`. */
  | { kind: "difference"; layer: LabelMap; against: LabelMap };

/** Colours of a difference map, as everywhere in the program. */
export const differenceColours = { agreed: "#009E73", tooMuch: "#D55E00", missed: "#0072B2" } as const;

/** Where a picture lies in its square cell, in px. */
interface Placed {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The picture in its cell, with its true proportions: pixels need not be square. */
export function fitPicture({ rows, columns, geometry }: Frame, cellPx: number): Placed {
  const pixel = pixelExtent(geometry);
  const high = rows * pixel.y;
  const wide = columns * pixel.x;
  const scale = cellPx / Math.max(high, wide);
  const width = Math.max(1, Math.round(wide * scale));
  const height = Math.max(1, Math.round(high * scale));
  return {
    width,
    height,
    left: Math.floor((cellPx - width) / 2),
    top: Math.floor((cellPx - height) / 2),
  };
}

/** The picture as one sees it: its own window where it states one that is of use, else its middle 98 %. */
export async function resizePicture(frame: Frame, { width, height }: Placed): Promise<Buffer> {
  const target = new Uint32Array(frame.rows * frame.columns);
  const own = frame.meaning.windows.find((window) => window.width > 0);
  const window = isColour(frame) ? colourWindow(frame.meaning) : (own ?? autoWindow(frame));
  const options = { window, invert: false, fromFile: window === own };
  paintFrame(frame, options, { range: storedRange(frame.pixels), target });
  return sharp(new Uint8Array(target.buffer), {
    raw: { width: frame.columns, height: frame.rows, channels: 4 },
  })
    .removeAlpha()
    .resize(width, height, { fit: "fill", kernel: "mitchell" })
    .png()
    .toBuffer();
}

/**
 * One cell as a WebP, drawn at twice the size at which it is shown, so that it is sharp on paper.
 * @param shownPx width and height of the cell where it is shown
 */
export async function drawCell(cell: PictureCell, frame: Frame, shownPx: number): Promise<Buffer> {
  const cellPx = 2 * shownPx;
  const placed = fitPicture(frame, cellPx);
  const marks = drawMarks(cell, frame, { x: 0, y: 0, cellPx, lineScale: 2 });
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${cellPx}" height="${cellPx}">${marks}</svg>`;
  return sharp({ create: { width: cellPx, height: cellPx, channels: 3, background: "#000" } })
    .composite([
      { input: await resizePicture(frame, placed), left: placed.left, top: placed.top },
      { input: Buffer.from(overlay), left: 0, top: 0 },
    ])
    .webp({ quality: 74, effort: 5 })
    .toBuffer();
}

/**
 * Outlines and areas over a picture, as SVG. Areas of a difference are hatched, so that their colours are not needed
 * to tell them apart.
 * @param at x and y of the cell's upper left corner; `lineScale` is 1 where a cell is shown as large as it is drawn
 */
export function drawMarks(
  cell: PictureCell,
  frame: Frame,
  { x, y, cellPx, lineScale = 1 }: { x: number; y: number; cellPx: number; lineScale?: number },
): string {
  const placed = fitPicture(frame, cellPx);
  const origin = { x: x + placed.left, y: y + placed.top };
  const scale = { x: placed.width / frame.columns, y: placed.height / frame.rows };
  const outline = (labelMap: LabelMap, style: string): string =>
    [...traceOutlines(labelMap).values()]
      .map((rings) => {
        const path = rings.map((ring) => ringPath(cutCorners(ring), origin, scale)).join("");
        return `<path d="${path}" fill-rule="evenodd" ${style}/>`;
      })
      .join("");
  const width = (px: number): string => `stroke-width="${px * lineScale}"`;
  const dashedStyle = `fill="none" stroke="#fff" ${width(1.5)} stroke-dasharray="${4 * lineScale} ${3 * lineScale}"`;
  switch (cell.kind) {
    case "picture":
      return cell.reference === undefined ? "" : outline(cell.reference, dashedStyle);
    case "layer": {
      // Stained tissue has hues of its own: there an outline with a dark casing, and no fill.
      const fill = isColour(frame) ? "none" : cell.colour;
      const casing = outline(cell.labelMap, `fill="none" stroke="#000" stroke-opacity="0.55" ${width(3.2)}`);
      return `${casing}${outline(cell.labelMap, `fill="${fill}" fill-opacity="0.16" stroke="${cell.colour}" ${width(1.7)}`)}`;
    }
    case "difference": {
      const difference = compareLabelMaps(cell.layer, cell.against);
      const rings = traceOutlines(difference);
      const dim = `<rect x="${origin.x}" y="${origin.y}" width="${placed.width}" height="${placed.height}" fill="#000" fill-opacity="0.35"/>`;
      const areas = (["agreed", "tooMuch", "missed"] as const).map((name) => {
        const path = (rings.get(differenceValues[name]) ?? [])
          .map((ring) => ringPath(Float32Array.from(ring), origin, scale))
          .join("");
        return `<path d="${path}" ${areaStyles[name]} fill-rule="evenodd"/>`;
      });
      return `${hatches(lineScale)}${dim}${areas.join("")}`;
    }
  }
}

const areaStyles = {
  agreed: `fill="${differenceColours.agreed}" fill-opacity="0.6"`,
  tooMuch: `fill="url(#too-much)" stroke="${differenceColours.tooMuch}"`,
  missed: `fill="url(#missed)" stroke="${differenceColours.missed}"`,
} as const;

/** Too much leans like /, missed like \\. */
function hatches(scale: number): string {
  const hatch = (id: string, colour: string, degrees: number): string =>
    `<pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="scale(${scale}) rotate(${degrees})">` +
    `<rect width="5" height="5" fill="${colour}" fill-opacity="0.55"/>` +
    `<rect width="2" height="5" fill="${colour}"/></pattern>`;
  const { tooMuch, missed } = differenceColours;
  return `<defs>${hatch("too-much", tooMuch, 45)}${hatch("missed", missed, -45)}</defs>`;
}

function ringPath(
  ring: Float32Array,
  origin: { x: number; y: number },
  scale: { x: number; y: number },
): string {
  const points: string[] = [];
  for (let i = 0; i + 1 < ring.length; i += 2) {
    points.push(
      `${(origin.x + ring[i]! * scale.x).toFixed(2)} ${(origin.y + ring[i + 1]! * scale.y).toFixed(2)}`,
    );
  }
  return `M${points.join("L")}Z`;
}
