import type { ModelCard } from "../model-card";

type Segment = ModelCard["output"]["segments"][number];

/** The segments' colours in their order, Okabe & Ito 2008: told apart by nearly everybody. */
const palette = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"];

export const segmentColour = (index: number): string => palette[index % palette.length]!;

/** Keys under which exporters and trainers keep the names of classes. */
const nameKeys = ["segments", "classes", "class_names", "classNames", "labels", "names"];

const longestName = 64;

/** Names as JSON (list, or map from index), as Python prints such (`{0: 'background'}`), or between commas. */
function parseNames(text: string): string[] {
  const asJson = text.replaceAll("'", '"').replace(/([{,]\s*)(\d+)\s*:/g, '$1"$2":');
  try {
    const value: unknown = JSON.parse(asJson);
    if (Array.isArray(value)) return value.map((each) => nameOf(each));
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value).map(([key, name]) => [Number(key), nameOf(name)] as const);
      return entries.sort(([a], [b]) => a - b).map(([, name]) => name);
    }
  } catch {
    // No JSON: a plain list.
  }
  return text.split(/[,;\n]/).map((each) => each.trim());
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return value;
  const label: unknown =
    typeof value === "object" && value !== null ? (value as { label?: unknown }).label : value;
  return typeof label === "string" || typeof label === "number" ? String(label) : "";
}

/** Names that exporters give when nobody named anything. */
const meaningless =
  /^(output|out|logits?|pred(iction)?s?|prob(abilitie)?s?|mask|masks|seg(mentation)?|y|x|result|identity|sigmoid|softmax|argmax|conv2d|activation|final|head|classifier|main|dense|add|concat(enate)?|resize|transpose|squeeze|cast|reshape|up_?sample|model|stat(eful)?partitionedcall|func|tensor|node|val)?[\d_.:/-]*\d*$/i;

const asLabel = (name: string): string => {
  const words = name.replaceAll(/[_-]+/g, " ").trim().slice(0, longestName);
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/**
 * Names a network's segments from what its file says: its metadata, else its output's own name where there is
 * one segment and the name means something.
 * @param about `count` segments, background not counted; `hasBackground` where background is a class of its own
 *              (softmax, labels), so that the names may begin with it
 */
export function nameSegments(
  metadata: Readonly<Record<string, string>>,
  { count, hasBackground, outputName }: { count: number; hasBackground: boolean; outputName: string },
): Segment[] {
  const given = nameKeys
    .map((key) => metadata[key])
    .filter((text) => text !== undefined)
    .map(parseNames)
    .find((names) => names.length === count || (hasBackground && names.length === count + 1));
  const names = given?.slice(given.length - count);
  const own = count === 1 && !meaningless.test(outputName) ? outputName : undefined;
  return Array.from({ length: count }, (_, index) => {
    const name = asLabel(names?.[index] ?? own ?? "");
    return {
      value: index + 1,
      label: name === "" ? (count === 1 ? "Foreground" : `Segment ${index + 1}`) : name,
      colour: segmentColour(index),
    };
  });
}
