import { scaleLinear } from "d3-scale";
import type { LayerBadge } from "../mask/layer-colours";
import { badgeMark, type Mark, plotTones, type Scene, text } from "./scene";

export interface MatrixOptions {
  /** In the order of rows and columns. */
  badges: readonly LayerBadge[];
  /** Between row and column; undefined where nothing was measured. Symmetric: the lower half is drawn. */
  value: (row: number, column: number) => number | undefined;
  description: string;
}

const sizes = { cellWidth: 76, cellHeight: 44, head: 34, gap: 2 } as const;

/** A triangle of shares (0 to 1) in greys, from the smallest to 1; the ink turns dark at mid-grey. */
export function matrixPlot({ badges, value, description }: MatrixOptions): Scene {
  const { cellWidth, cellHeight, head, gap } = sizes;
  const cells = badges.flatMap((_, row) =>
    badges
      .slice(0, row + 1)
      .map((_badge, column) => ({ row, column, share: row === column ? 1 : value(row, column) })),
  );
  const shares = cells.flatMap(({ row, column, share }) => (row === column ? [] : (share ?? [])));
  const shade = scaleLinear([Math.min(...shares, 0.999), 1], [52, 225]).clamp(true);
  const marks = cells.flatMap(({ row, column, share }): Mark[] => {
    const [x, y] = [head + column * cellWidth, head + row * cellHeight];
    const isOwn = row === column;
    const level = share === undefined || isOwn ? 34 : Math.round(shade(share));
    return [
      {
        tag: "rect",
        attributes: {
          x,
          y,
          width: cellWidth - gap,
          height: cellHeight - gap,
          rx: 2,
          fill: `rgb(${level},${level},${level})`,
        },
      },
      text(isOwn ? "1" : (share?.toFixed(3) ?? "n/a"), x + (cellWidth - gap) / 2, y + cellHeight / 2 + 3, {
        fill: level > 118 ? plotTones.ink : plotTones.text,
        fontSize: 12,
        textAnchor: "middle",
      }),
    ];
  });
  const heads = badges.flatMap((badge, index) => [
    badgeMark(badge, 16, head + index * cellHeight + cellHeight / 2 - 1),
    badgeMark(badge, head + index * cellWidth + cellWidth / 2 - 1, 16),
  ]);
  return {
    width: head + badges.length * cellWidth,
    height: head + badges.length * cellHeight,
    description,
    marks: [...heads, ...marks],
  };
}
