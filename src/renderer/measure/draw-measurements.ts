import type { Point } from "../../core/image/view";
import { measureShape } from "../../core/measure/measure-shape";
import {
  handlesOf,
  isComplete,
  isRegion,
  type MeasuredShape,
  outlineOf,
} from "../../core/measure/measurement";
import { placementOf } from "../viewport/scene";
import type { ViewportSession } from "../viewport/session";
import { measurementsOn, measuring } from "./measuring";
import { onScreen } from "./nearest";
import { mainFigure, valueLines } from "./words";

const lineColour = "#ffffff";
/** Of what is chosen: the accent on the dark ground of images. */
const chosenColour = "#aab6ff";
const casingColour = "#000000";
const lineWidth = 1.5;
const casingWidth = 3.5;
const handleRadius = 3.5;
const leading = 15;
const labelGap = 10;

interface Drawn {
  shape: MeasuredShape;
  lines: readonly string[];
  isChosen: boolean;
}

/** Whether there is a measurement to draw over the picture. */
export function hasMeasurements(session: ViewportSession): boolean {
  return drawnOn(session).length > 0;
}

/** Draws the measurements on the picture, and what is under the pointer, at the screen's own resolution. */
export function drawMeasurements(context: CanvasRenderingContext2D, session: ViewportSession): void {
  const drawn = drawnOn(session);
  if (drawn.length === 0) return;
  context.save();
  context.lineJoin = "round";
  for (const each of drawn) drawShape(context, session, each);
  // Above every line: a figure is read, a line is only seen.
  for (const each of drawn) drawLabel(context, session, each);
  context.restore();
}

function drawnOn({ id, picture }: ViewportSession): Drawn[] {
  if (!picture) return [];
  const { draft, selectedId } = measuring.get();
  const own = draft?.viewportId === id ? draft : undefined;
  const { unit } = picture.frame.meaning;
  const kept = measurementsOn(picture)
    .filter((measurement) => measurement.id !== own?.of?.id)
    .map((measurement) => ({
      shape: measurement,
      lines: [mainFigure(measurement.figures), ...valueLines(measurement.figures, unit)],
      isChosen: measurement.id === selectedId,
    }));
  if (!own) return kept;
  const figures = isComplete(own.shape) ? measureShape(own.shape, picture.frame) : undefined;
  const lines = figures ? [mainFigure(figures), ...valueLines(figures, unit)] : [];
  return [...kept, { shape: own.shape, lines, isChosen: true }];
}

function drawShape(
  context: CanvasRenderingContext2D,
  session: ViewportSession,
  { shape, isChosen }: Drawn,
): void {
  const placement = placementOf(session, session.picture!);
  const path = new Path2D();
  outlineOf(shape).forEach((point, at) => {
    const { x, y } = onScreen(point, placement);
    if (at === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  if (isRegion(shape)) path.closePath();
  const colour = isChosen ? chosenColour : lineColour;
  stroke(context, path, colour);
  for (const point of handlesOf(shape)) {
    const { x, y } = onScreen(point, placement);
    const dot = new Path2D();
    dot.arc(x, y, isChosen ? handleRadius : handleRadius - 1.5, 0, 2 * Math.PI);
    stroke(context, dot, colour);
    context.fillStyle = isChosen ? casingColour : colour;
    context.fill(dot);
  }
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string): void {
  context.strokeStyle = casingColour;
  context.lineWidth = casingWidth;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.stroke(path);
}

/** Beside the shape, on the side where there is room for it. */
function drawLabel(
  context: CanvasRenderingContext2D,
  session: ViewportSession,
  { shape, lines, isChosen }: Drawn,
): void {
  if (lines.length === 0) return;
  const placement = placementOf(session, session.picture!);
  context.font = `500 12px ${fontFamily()}`;
  context.textBaseline = "middle";
  const width = Math.max(...lines.map((line) => context.measureText(line).width));
  const ends = handlesOf(shape).map((point) => onScreen(point, placement));
  const rightmost = furthest(ends, ({ x }) => x);
  const fits = rightmost.x + labelGap + width <= placement.view.width;
  const at = fits ? rightmost : furthest(ends, ({ x }) => -x);
  const x = fits ? at.x + labelGap : Math.max(at.x - labelGap, width + 4);
  const height = lines.length * leading;
  const top = Math.min(Math.max(at.y - height / 2, 2), placement.view.height - height - 2);
  context.textAlign = fits ? "left" : "right";
  lines.forEach((line, index) => {
    const y = top + (index + 0.5) * leading;
    context.strokeStyle = casingColour;
    context.lineWidth = casingWidth;
    context.strokeText(line, x, y);
    context.fillStyle = isChosen ? chosenColour : lineColour;
    context.fillText(line, x, y);
  });
}

const furthest = (points: readonly Point[], by: (point: Point) => number): Point =>
  points.reduce((best, point) => (by(point) > by(best) ? point : best));

let family: string | undefined;
/** The page's own. */
const fontFamily = (): string => (family ??= getComputedStyle(document.body).fontFamily);
