/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type Child, jsx } from "hono/jsx";
import type { Mark, Scene } from "../../../core/plots/scene";

/** A plot as an inline SVG, as wide as its place up to a fourth more than it was laid out for. */
export function ScenePlot({ scene: { width, height, description, marks } }: { scene: Scene }) {
  return (
    <svg
      class="plot"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={description}
    >
      {marks.map(drawMark)}
    </svg>
  );
}

function drawMark({ tag, attributes, text, title, children = [] }: Mark): Child {
  const content: Child[] = [
    ...(title === undefined ? [] : [jsx("title", {}, title)]),
    ...(text === undefined ? [] : [text]),
    ...children.map(drawMark),
  ];
  return jsx(tag, attributes, ...(content as string[]));
}
