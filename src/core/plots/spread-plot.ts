import { scaleLinear } from "d3-scale";
import type { LayerBadge } from "../mask/layer-colours";
import { boxNumbers, quantileOf } from "./box";
import { badgeMark, line, type Mark, plotTones, round, type Scene, text } from "./scene";
import { placeSwarm } from "./swarm";

/** One row: a model's values, a dot a case. */
export interface SpreadRow {
  badge: LayerBadge;
  name: string;
  values: { key: string; title: string; value: number }[];
  mean: number | null;
  /** Of the mean. */
  interval: readonly [number, number] | null;
}

export interface SpreadOptions {
  width: number;
  /** Below the axis: "Dice against the reference", with the unit of a length. */
  axis: string;
  /** Digits after the point of the figures at the right. */
  digits: number;
  /** Where the values of a metric can lie: 0 to 1 of a share. */
  domain?: readonly [number, number];
}

const sizes = { row: 52, top: 22, axis: 40, left: 40, figures: 108, room: 17, radius: 2.2 } as const;

/**
 * Distribution of a metric by model: dots, a box over the middle half, a white line at the mean. The axis leaves out
 * the outermost 2 % of the values where these would take more than half of it, and says how many.
 */
export function spreadPlot(
  rows: readonly SpreadRow[],
  { width, axis, digits, domain }: SpreadOptions,
): Scene {
  const { row, top, axis: axisHeight, left, figures } = sizes;
  const height = top + rows.length * row + axisHeight;
  const bottom = height - axisHeight;
  const [low, high] = axisRange(
    rows.flatMap(({ values }) => values.map(({ value }) => value)),
    domain,
  );
  const x = scaleLinear([low, high], [left, width - figures - 12]);
  const ticks = x.ticks(5).map((value) => ({ value, label: x.tickFormat(5)(value) }));
  const marks: Mark[] = [
    ...ticks.map(({ value }) => line([x(value), top - 6], [x(value), bottom], { stroke: plotTones.grid })),
    ...ticks.map(({ value, label }) => text(label, x(value), bottom + 15, { textAnchor: "middle" })),
    text(axis, (left + width - figures - 12) / 2, bottom + 32, { textAnchor: "middle" }),
    text("mean, 95 % interval", width - figures, 12, { fill: plotTones.hint }),
    ...rows.flatMap((each, index) =>
      rowMarks(each, { x, y: top + (index + 0.5) * row, range: [low, high], width, digits }),
    ),
  ];
  const described = rows.map(
    ({ name, mean, values }) => `${name}: mean ${figure(mean, digits)} of ${values.length}`,
  );
  return { width, height, description: `${axis}. ${described.join("; ")}.`, marks };
}

interface RowPlace {
  x: (value: number) => number;
  y: number;
  range: readonly [number, number];
  width: number;
  digits: number;
}

function rowMarks(
  { badge, values, mean, interval }: SpreadRow,
  { x, y, range, width, digits }: RowPlace,
): Mark[] {
  const [low, high] = range;
  const shown = values.filter(({ value }) => value >= low && value <= high);
  const below = values.filter(({ value }) => value < low).length;
  const above = values.length - shown.length - below;
  const positions = shown.map(({ value }) => x(value));
  const dots = placeSwarm(positions, { radius: sizes.radius, room: sizes.room }).map(
    ({ index, along, across }): Mark => ({
      tag: "circle",
      attributes: {
        cx: round(along),
        cy: round(y + across),
        r: sizes.radius,
        fill: badge.colour,
        fillOpacity: 0.75,
      },
      title: shown[index]!.title,
      key: shown[index]!.key,
    }),
  );
  const figuresAt = width - sizes.figures;
  return [
    badgeMark(badge, 16, y),
    ...boxMarks(
      values.map(({ value }) => value),
      { badge, x, y, range },
    ),
    ...dots,
    ...(mean === null || mean < low || mean > high
      ? []
      : [line([x(mean), y - 17], [x(mean), y + 17], { stroke: "#fff", strokeWidth: 2 })]),
    ...(below > 0 ? [text(`${below} below`, x(low), y - 19, { fill: plotTones.hint })] : []),
    ...(above > 0
      ? [text(`${above} above`, x(high), y - 19, { fill: plotTones.hint, textAnchor: "end" })]
      : []),
    text(figure(mean, digits), figuresAt, y - 1, { fill: plotTones.text, fontWeight: 600, fontSize: 13 }),
    text(
      interval === null
        ? `n ${values.length}`
        : `${figure(interval[0], digits)} to ${figure(interval[1], digits)}`,
      figuresAt,
      y + 14,
    ),
  ];
}

function boxMarks(
  values: readonly number[],
  { badge, x, y, range: [low, high] }: Pick<RowPlace, "x" | "y" | "range"> & { badge: LayerBadge },
): Mark[] {
  const box = boxNumbers(values);
  if (box === undefined) return [];
  const clip = (value: number): number => x(Math.min(high, Math.max(low, value)));
  const [from, to] = [clip(box.q1), clip(box.q3)];
  return [
    {
      tag: "rect",
      attributes: {
        x: round(from),
        y: round(y - 14),
        width: round(Math.max(1, to - from)),
        height: 28,
        rx: 2,
        fill: badge.colour,
        fillOpacity: 0.18,
        stroke: badge.colour,
        strokeOpacity: 0.7,
      },
    },
  ];
}

/** The axis over all values, or over their middle 96 % where the rest would take most of it. */
function axisRange(values: readonly number[], domain?: readonly [number, number]): [number, number] {
  if (values.length === 0) return [...(domain ?? [0, 1])];
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const [inner, outer] = [quantileOf(values, 0.02)!, quantileOf(values, 0.98)!];
  const isLong = outer > inner && max - min > 2 * (outer - inner);
  const [low, high] = isLong ? [inner, outer] : [min, max];
  const pad = (high - low) * 0.04 || Math.abs(high) * 0.05 || 0.5;
  const [floor, ceiling] = domain ?? [-Infinity, Infinity];
  return [Math.max(floor, low - pad), Math.min(ceiling, high + pad)];
}

const figure = (value: number | null, digits: number): string => value?.toFixed(digits) ?? "n/a";
