import sharp, { type OverlayOptions } from "sharp";
import { autoWindow, colourWindow, isColour, paintFrame, storedRange } from "../core/image/display";
import type { Frame } from "../core/image/frame";
import { compareLabelMaps, differenceValues } from "../core/mask/difference";
import type { LabelMap } from "../core/mask/label-map";
import { cutCorners, traceOutlines } from "../core/mask/outline";
import { drawLabel, measureLabel } from "./label-type";

/** What one cell of the sheet shows over the picture. */
export type SheetCell =
  | { kind: "picture"; reference?: LabelMap }
  | { kind: "layer"; labelMap: LabelMap; colour: string; caption: string }
  /** What `layer` claims against `against`. */
  | { kind: "difference"; layer: LabelMap; against: LabelMap; caption: string };

/** A column's head: a letter in its colour, and a name. */
export interface SheetColumn {
  title: string;
  badge?: { letter: string; colour: string };
}

export interface SheetRow {
  caption: string;
  frame: Frame;
  /** As many as columns. */
  cells: SheetCell[];
}

export interface ContactSheet {
  title: string;
  columns: SheetColumn[];
  rows: SheetRow[];
  /** Below the table: what the colours of the differences mean here. */
  legend: { colour: string; meaning: string }[];
  note: string;
}

/** Colours of a difference map, as everywhere in the program. */
export const differenceColours = { agreed: "#009E73", tooMuch: "#D55E00", missed: "#0072B2" } as const;

/** Layers A, B, C, D. */
export const layerColours = ["#E69F00", "#56B4E9", "#CC79A7", "#F0E442"] as const;

const tones = { ground: "#161718", gap: "#0d0e0f", text: "#ececec", quiet: "#9ca1a6" } as const;
const sizes = { cell: 240, gap: 2, margin: 16, title: 44, head: 30, caption: 20, foot: 44 } as const;

/**
 * Draws a table of pictures: a row a frame, a column a layer or a difference.
 * @returns a PNG, the same bytes for the same input
 */
export async function drawContactSheet(sheet: ContactSheet): Promise<Uint8Array> {
  const { cell, gap, margin, title, head, caption, foot } = sizes;
  const rowHeight = cell + caption + gap;
  const width = 2 * margin + sheet.columns.length * (cell + gap) - gap;
  const height = title + head + sheet.rows.length * rowHeight + foot;
  const place = (row: number, column: number): { x: number; y: number } => ({
    x: margin + column * (cell + gap),
    y: title + head + row * rowHeight + caption,
  });

  const overlays: OverlayOptions[] = [];
  const drawing: string[] = [];
  for (const [index, row] of sheet.rows.entries()) {
    const placed = fitPicture(row.frame);
    const picture = await resizePicture(row.frame, placed);
    for (const column of row.cells.keys()) {
      const at = place(index, column);
      drawing.push(`<rect x="${at.x}" y="${at.y}" width="${cell}" height="${cell}" fill="#000"/>`);
      overlays.push({ input: picture, left: at.x + placed.left, top: at.y + placed.top });
    }
  }
  const marks = sheet.rows.flatMap((row, index) =>
    row.cells.map((each, column) => drawMarks(each, row.frame, place(index, column))),
  );
  const base = svg(
    width,
    height,
    `<rect width="100%" height="100%" fill="${tones.ground}"/>${drawing.join("")}`,
  );
  const top = svg(width, height, [...marks, ...drawTexts(sheet, place, height)].join(""));
  return sharp(base)
    .composite([...overlays, { input: top, left: 0, top: 0 }])
    .removeAlpha()
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}

const svg = (width: number, height: number, content: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`);

interface Placed {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The picture in its cell, with its true proportions: pixels need not be square. */
function fitPicture({ rows, columns, geometry }: Frame): Placed {
  const [betweenRows, betweenColumns] = geometry.spacingMm ?? [1, 1];
  const high = rows * betweenRows;
  const wide = columns * betweenColumns;
  const scale = sizes.cell / Math.max(high, wide);
  const width = Math.max(1, Math.round(wide * scale));
  const height = Math.max(1, Math.round(high * scale));
  return {
    width,
    height,
    left: Math.floor((sizes.cell - width) / 2),
    top: Math.floor((sizes.cell - height) / 2),
  };
}

/** The picture as one sees it: its own window where it states one that is of use, else its middle 98 %. */
async function resizePicture(frame: Frame, { width, height }: Placed): Promise<Buffer> {
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

function drawMarks(cell: SheetCell, frame: Frame, at: { x: number; y: number }): string {
  const placed = fitPicture(frame);
  const origin = { x: at.x + placed.left, y: at.y + placed.top };
  const scale = { x: placed.width / frame.columns, y: placed.height / frame.rows };
  const outline = (labelMap: LabelMap, style: string): string =>
    [...traceOutlines(labelMap).values()]
      .map((rings) => {
        const path = rings.map((ring) => ringPath(cutCorners(ring), origin, scale)).join("");
        return `<path d="${path}" fill-rule="evenodd" ${style}/>`;
      })
      .join("");
  switch (cell.kind) {
    case "picture":
      return cell.reference === undefined
        ? ""
        : outline(cell.reference, `fill="none" stroke="#fff" stroke-width="1.5" stroke-dasharray="4 3"`);
    case "layer": {
      // Stained tissue has hues of its own: there an outline with a dark casing, and no fill.
      const fill = isColour(frame) ? "none" : cell.colour;
      const casing = outline(
        cell.labelMap,
        `fill="none" stroke="#000" stroke-opacity="0.55" stroke-width="3.2"`,
      );
      return `${casing}${outline(cell.labelMap, `fill="${fill}" fill-opacity="0.16" stroke="${cell.colour}" stroke-width="1.7"`)}`;
    }
    case "difference": {
      const difference = compareLabelMaps(cell.layer, cell.against);
      const rings = traceOutlines(difference);
      const dim = `<rect x="${origin.x}" y="${origin.y}" width="${placed.width}" height="${placed.height}" fill="#000" fill-opacity="0.45"/>`;
      const areas = (["agreed", "tooMuch", "missed"] as const).map((name) => {
        const path = (rings.get(differenceValues[name]) ?? [])
          .map((ring) => ringPath(Float32Array.from(ring), origin, scale))
          .join("");
        return `<path d="${path}" fill="${differenceColours[name]}" fill-opacity="0.85" fill-rule="evenodd"/>`;
      });
      return `${dim}${areas.join("")}`;
    }
  }
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

function drawTexts(
  sheet: ContactSheet,
  place: (row: number, column: number) => { x: number; y: number },
  height: number,
): string[] {
  const { cell, margin, title, caption } = sizes;
  const heads = sheet.columns.map(({ title: name, badge }, column) => {
    const { x } = place(0, column);
    const y = title + 8;
    const label = { x: badge === undefined ? x : x + 22, y: y + 12 };
    const text = drawLabel(name, label, {
      sizePx: 13,
      isStrong: true,
      colour: tones.text,
      maxWidthPx: cell - 26,
    });
    return badge === undefined ? text : `${drawBadge(badge, { x, y })}${text}`;
  });
  const captions = sheet.rows.flatMap((row, index) =>
    row.cells.map((each, column) => {
      const { x, y } = place(index, column);
      const text = column === 0 ? row.caption : each.kind === "picture" ? "" : each.caption;
      const style = { sizePx: 11, colour: column === 0 ? tones.text : tones.quiet, maxWidthPx: cell - 4 };
      return drawLabel(text, { x, y: y - caption + 14 }, style);
    }),
  );
  let x = margin;
  const legend = sheet.legend.map(({ colour, meaning }) => {
    const drawn = `<rect x="${x}" y="${height - 28}" width="11" height="11" rx="3" fill="${colour}"/>${drawLabel(meaning, { x: x + 17, y: height - 18 }, { sizePx: 11, colour: tones.text })}`;
    x += 17 + measureLabel(meaning, 11) + 24;
    return drawn;
  });
  return [
    drawLabel(sheet.title, { x: margin, y: 28 }, { sizePx: 16, isStrong: true, colour: tones.text }),
    ...heads,
    ...captions,
    ...legend,
    drawLabel(sheet.note, { x: Math.max(x, margin), y: height - 18 }, { sizePx: 11, colour: tones.quiet }),
  ];
}

/** The letter goes wherever the colour goes, so that the colour is not needed to tell layers apart. */
function drawBadge(
  { letter, colour }: { letter: string; colour: string },
  at: { x: number; y: number },
): string {
  const letterAt = { x: at.x + 4, y: at.y + 12.2 };
  return `<rect x="${at.x}" y="${at.y}" width="16" height="16" rx="3" fill="${colour}"/>${drawLabel(letter, letterAt, { sizePx: 11.5, isStrong: true, colour: "#0b0b0b" })}`;
}
