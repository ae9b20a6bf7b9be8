import { modalityValue } from "../../core/image/display";
import type { Point } from "../../core/image/view";
import { differenceValues } from "../../core/mask/difference";
import type { LayerView } from "../../host/contract";
import { cursorIn, layerLetter, shownLayers } from "../state/viewport-queries";
import { certain } from "../../core/mask/probability-map";
import { differenceOf, disagreementOf } from "./layer-comparison";
import { probabilityOf } from "./probability";
import type { ViewportSession } from "./session";

/** What lies under the shared cursor in one viewport. */
export interface Probe {
  column: number;
  row: number;
  /** "-123 HU", "R 12 G 34 B 56". */
  value: string;
  /** Segments there, one line a layer; "background" where a single layer has none. */
  segments: readonly string[];
}

const differenceWords = new Map<number, string>([
  [differenceValues.agreed, "agreed"],
  [differenceValues.tooMuch, "too much"],
  [differenceValues.missed, "missed"],
]);

/** Reads the picture at the cursor; undefined where the cursor is outside of it. */
export function probeAt(session: ViewportSession): Probe | undefined {
  const { picture } = session;
  const point = cursorIn(session.state, session.id);
  if (!picture || !point) return undefined;
  const column = Math.floor(point.x);
  const row = Math.floor(point.y);
  const { rows, columns } = picture.frame;
  if (column < 0 || row < 0 || column >= columns || row >= rows) return undefined;
  return {
    column,
    row,
    value: valueAt(session, column, row),
    segments: segmentsAt(session, { x: column, y: row }),
  };
}

function valueAt({ picture }: ViewportSession, column: number, row: number): string {
  if (!picture) return "";
  const { frame } = picture;
  const { meaning, pixels } = frame;
  const at = row * frame.columns + column;
  if (frame.samplesPerPixel === 3)
    return `R ${pixels[at * 3]!} G ${pixels[at * 3 + 1]!} B ${pixels[at * 3 + 2]!}`;
  const { palette } = meaning;
  const stored = pixels[at]!;
  if (palette) {
    const entry = Math.min(palette.red.length - 1, Math.max(0, stored - palette.firstValue));
    return `R ${palette.red[entry]!} G ${palette.green[entry]!} B ${palette.blue[entry]!}`;
  }
  return formatValue(modalityValue(meaning, stored), meaning.unit);
}

/** A whole number as it is, another with so many digits as tell values apart. */
export function formatValue(value: number, unit: string | undefined): string {
  const digits = Number.isInteger(value) ? value.toString() : value.toPrecision(4);
  const shown = digits.replace("-", "−");
  return unit === undefined ? `Value ${shown}` : `${shown} ${unit}`;
}

function segmentsAt(session: ViewportSession, { x: column, y: row }: Point): string[] {
  if (session.viewport.difference) {
    const difference = differenceOf(session);
    if (!difference) return [];
    const value = difference.values[row * difference.columns + column] ?? 0;
    return [differenceWords.get(value) ?? "background"];
  }
  if (session.viewport.disagreement) {
    const disagreement = disagreementOf(session);
    const bits = disagreement?.entropy[row * disagreement.columns + column];
    return bits === undefined ? [] : [bits === 0 ? "agreed" : `divided, ${bits.toFixed(2)} bit`];
  }
  if (session.viewport.probability) {
    const shown = probabilityOf(session);
    if (!shown) return [];
    const probability = shown.map.values[row * shown.map.columns + column]! / certain;
    return [`${segmentName(shown.layer, shown.segment)} ${probability.toFixed(2)}`];
  }
  const { primaryLayerId } = session.viewport;
  const layers = shownLayers(session.state, session.id);
  const own = layers.find(({ id }) => id === primaryLayerId);
  return (own ? [own] : layers).flatMap((layer) => {
    const labelMap = session.labelMapOf(layer);
    if (!labelMap) return [];
    const value = labelMap.values[row * labelMap.columns + column] ?? 0;
    const name = value === 0 ? "background" : segmentName(layer, value);
    if (own) return [name];
    return value === 0 ? [] : [`${layerLetter(session.state, layer)} ${name}`];
  });
}

function segmentName({ segments }: LayerView, value: number): string {
  return segments.find((segment) => segment.value === value)?.label ?? `Segment ${value}`;
}
