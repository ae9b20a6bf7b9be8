import sharp, { type OverlayOptions } from "sharp";
import type { Frame } from "../../core/image/frame";
import { drawLabel, measureLabel } from "../label-type";
import { drawMarks, fitPicture, type PictureCell, resizePicture } from "./picture-cell";

/** What one cell of the sheet shows over the picture, and the words above it. */
export type SheetCell = PictureCell & { caption?: string };

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
    const placed = fitPicture(row.frame, cell);
    const picture = await resizePicture(row.frame, placed);
    for (const column of row.cells.keys()) {
      const at = place(index, column);
      drawing.push(`<rect x="${at.x}" y="${at.y}" width="${cell}" height="${cell}" fill="#000"/>`);
      overlays.push({ input: picture, left: at.x + placed.left, top: at.y + placed.top });
    }
  }
  const marks = sheet.rows.flatMap((row, index) =>
    row.cells.map((each, column) => drawMarks(each, row.frame, { ...place(index, column), cellPx: cell })),
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
      const text = column === 0 ? row.caption : (each.caption ?? "");
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
