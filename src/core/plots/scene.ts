/**
 * A plot as data: marks in the order in which they are drawn. A report writes them as SVG text, a window as elements
 * that answer to a click; neither needs the other's machinery, and a plot needs no document to be tested.
 */
export interface Scene {
  width: number;
  height: number;
  /** What the plot says, for those who do not see it. */
  description: string;
  marks: Mark[];
}

/** One SVG element, attributes in the spelling of JSX. */
export interface Mark {
  tag: "rect" | "circle" | "line" | "path" | "text" | "g";
  attributes: Record<string, string | number>;
  /** Of a text. */
  text?: string;
  /** What a pointer that rests on it is told. */
  title?: string;
  /** The case or the model that it stands for: what a click chooses. */
  key?: string;
  children?: Mark[];
}

/** Plots keep a dark ground in both themes: on a light one the layers' yellow cannot be seen. */
export const plotTones = {
  ground: "#161718",
  grid: "#34373a",
  text: "#ececec",
  label: "#b0b4b8",
  hint: "#9ca1a6",
  ink: "#0b0b0b",
} as const;

type Point = readonly [x: number, y: number];

export const line = ([x1, y1]: Point, [x2, y2]: Point, attributes: Mark["attributes"]): Mark => ({
  tag: "line",
  attributes: { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), ...attributes },
});

export const text = (content: string, x: number, y: number, attributes: Mark["attributes"] = {}): Mark => ({
  tag: "text",
  attributes: { x: round(x), y: round(y), fill: plotTones.label, fontSize: 11, ...attributes },
  text: content,
});

/** The letter of a layer in its colour, 16 x 16, its middle at (x, y). */
export function badgeMark(
  { letter, colour }: { letter: string; colour: string },
  x: number,
  y: number,
): Mark {
  return {
    tag: "g",
    attributes: {},
    children: [
      {
        tag: "rect",
        attributes: { x: round(x - 8), y: round(y - 8), width: 16, height: 16, rx: 3, fill: colour },
      },
      text(letter, x, y + 4, { fill: plotTones.ink, fontWeight: 600, textAnchor: "middle" }),
    ],
  };
}

/** A tenth of a pixel is as fine as one sees, and keeps a plot of thousands of dots small. */
export const round = (value: number): number => Math.round(value * 10) / 10;
