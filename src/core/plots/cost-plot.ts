import { scaleLinear, scaleLog } from "d3-scale";
import type { LayerBadge } from "../mask/layer-colours";
import { paretoFrontier } from "./pareto";
import { badgeMark, line, type Mark, plotTones, round, type Scene, text } from "./scene";

/** One model: what it costs, and its mean score with the interval of the mean. */
export interface CostPoint {
  badge: LayerBadge;
  name: string;
  cost: number;
  score: number;
  interval: readonly [number, number] | null;
}

export interface CostOptions {
  width: number;
  height: number;
  /** "ms a slice"; the axis is logarithmic. */
  costAxis: string;
  /** "mean Dice". */
  scoreAxis: string;
}

const margin = { top: 26, right: 16, bottom: 40, left: 44 } as const;

/**
 * Score against cost, both of which one wants in the upper left corner. The dashed line joins those that no other
 * model beats; a bar is the 95 % interval of the mean.
 */
export function costPlot(
  points: readonly CostPoint[],
  { width, height, costAxis, scoreAxis }: CostOptions,
): Scene {
  const bottom = height - margin.bottom;
  const costs = points.map(({ cost }) => cost);
  const scores = points.flatMap(({ score, interval }) => [score, ...(interval ?? [])]);
  const x = scaleLog(
    [Math.min(...costs) / 1.3, Math.max(...costs) * 1.3],
    [margin.left, width - margin.right],
  );
  const pad = (Math.max(...scores) - Math.min(...scores)) * 0.1 || 0.01;
  const y = scaleLinear([Math.min(...scores) - pad, Math.max(...scores) + pad], [bottom, margin.top]);
  const frontier = paretoFrontier(points);
  const marks: Mark[] = [
    ...y
      .ticks(4)
      .flatMap((value) => [
        line([margin.left, y(value)], [width - margin.right, y(value)], { stroke: plotTones.grid }),
        text(y.tickFormat(4)(value), margin.left - 6, y(value) + 4, { textAnchor: "end" }),
      ]),
    ...costTicks(x).flatMap((value) => [
      line([x(value), bottom], [x(value), bottom + 4], { stroke: plotTones.hint }),
      text(costLabel(value), x(value), bottom + 16, { textAnchor: "middle" }),
    ]),
    text(scoreAxis, margin.left - 6, 12, { fill: plotTones.hint }),
    text(costAxis, width - margin.right, height - 7, { textAnchor: "end" }),
    frontierMark(frontier, { x, y, right: width - margin.right }),
    ...points.flatMap(({ badge, score, cost, interval }) => [
      ...(interval === null
        ? []
        : [
            line([x(cost), y(interval[0])], [x(cost), y(interval[1])], {
              stroke: badge.colour,
              strokeWidth: 1.5,
            }),
          ]),
      badgeMark(badge, x(cost), y(score)),
    ]),
  ];
  const unbeaten = frontier.map(({ name }) => name).join(", ");
  return {
    width,
    height,
    description: `${scoreAxis} against ${costAxis}. No other beats: ${unbeaten}.`,
    marks,
  };
}

/** Ticks at 1, 2 and 5 of each power of ten that the axis passes; where it passes few, at whatever d3 finds. */
function costTicks(x: ReturnType<typeof scaleLog<number>>): number[] {
  const [low, high] = x.domain() as [number, number];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const step of [1, 2, 5]) ticks.push(step * 10 ** power);
  const inside = ticks.filter((value) => value >= low && value <= high);
  return inside.length >= 2 ? inside : scaleLinear([low, high], [0, 1]).ticks(3);
}

const costLabel = (value: number): string =>
  value >= 1 ? String(Math.round(value * 10) / 10) : value.toPrecision(1);

/** Steps, as between two models there is none to be had. */
function frontierMark(
  frontier: readonly CostPoint[],
  { x, y, right }: { x: (cost: number) => number; y: (score: number) => number; right: number },
): Mark {
  const steps = frontier.flatMap(({ cost, score }, index) => [
    `${index === 0 ? "M" : "H"}${round(x(cost))}${index === 0 ? ` ${round(y(score))}` : `V${round(y(score))}`}`,
  ]);
  return {
    tag: "path",
    attributes: {
      d: `${steps.join("")}H${round(right)}`,
      fill: "none",
      stroke: plotTones.hint,
      strokeDasharray: "3 3",
    },
  };
}
