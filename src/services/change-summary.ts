import type { AttributeChange } from "../formats/dicom/deidentify/rewrite";

/** One kind of change to one attribute, over all files. */
export interface SummarisedChange {
  /** "(0010,0010)"; of private attributes, overlays and curves one line for all. */
  tag: string;
  name: string;
  action: AttributeChange["action"];
  files: number;
  /** Some of its values, each once. */
  examples: { before: string; after: string }[];
}

const examplesKept = 3;
const longestExample = 64;

/** Counts what happens to which attribute, for a person to check before it happens. */
export class ChangeSummary {
  readonly #changes = new Map<string, SummarisedChange>();

  /** @param changes of one file */
  add(changes: readonly AttributeChange[]): void {
    const counted = new Set<SummarisedChange>();
    for (const { tag, name, action, before, after } of changes) {
      const printed = printTag(tag);
      const key = `${printed} ${name} ${action}`;
      const known = this.#changes.get(key) ?? { tag: printed, name, action, files: 0, examples: [] };
      this.#changes.set(key, known);
      if (!counted.has(known)) known.files++;
      counted.add(known);
      const example = { before: shorten(before), after: shorten(after) };
      const isKnown = known.examples.some((each) => each.before === example.before);
      if (!isKnown && known.examples.length < examplesKept) known.examples.push(example);
    }
  }

  /** In the order of the tags. */
  list(): SummarisedChange[] {
    return [...this.#changes.values()].sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));
  }
}

function printTag(tag: string): string {
  const group = tag.slice(1, 5);
  if (Number.parseInt(group, 16) % 2 === 1) return "(odd,....)";
  if (/^(50|60)/.test(group)) return `(${group.slice(0, 2)}..,....)`;
  return tag.endsWith("0000") ? "(....,0000)" : `(${group},${tag.slice(5)})`;
}

function shorten(text: string): string {
  return text.length <= longestExample ? text : `${text.slice(0, longestExample - 1)}…`;
}
