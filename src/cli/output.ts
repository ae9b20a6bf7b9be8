import { toWireError, type WireError } from "../core/errors";

/**
 * What a command says. Results go to standard output: a table or sentences for a person, or with --json one
 * object a line and nothing else. Everything else (progress, warnings, errors) goes to standard error.
 */
export class Output {
  constructor(
    readonly isJson: boolean,
    private readonly streams: { out: NodeJS.WritableStream; err: NodeJS.WritableStream } = {
      out: process.stdout,
      err: process.stderr,
    },
  ) {}

  /** One item: the object with --json, else what `text` makes of it, if anything. */
  item<Item extends object>(item: Item, text: (item: Item) => string | undefined): void {
    const line = this.isJson ? JSON.stringify(item) : text(item);
    if (line !== undefined) this.streams.out.write(`${line}\n`);
  }

  /** A sentence for a person at the terminal; left out with --json. */
  say(sentence: string): void {
    if (!this.isJson) this.streams.out.write(`${sentence}\n`);
  }

  /** A sentence on standard error. */
  note(sentence: string): void {
    this.streams.err.write(`${sentence}\n`);
  }

  /** An error on standard error, with the file and what to do about it. */
  error(thrown: unknown): void {
    this.note(describeError(toWireError(thrown)));
  }
}

/** An error as one reads it: what, which file, what to do. */
export function describeError({ message, file, hint }: WireError): string {
  const about = file === undefined ? "" : `${file}: `;
  return `${about}${message}${hint === undefined ? "" : ` ${hint}`}`;
}

/** Columns of text under heads, as wide as their widest cell; the last column is left ragged. */
export function formatTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  return [heads, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
