import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { cell, generatedNote } from "./markdown";

const sources = join(import.meta.dirname, "..", "..", "src");

/** docs/reference/errors.md: each code that a program may see, with the sentence and the advice that go with it. */
export function errorReference(): string {
  const lines = [...errorsOf(sources)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { message, hint }]) => `- \`${code}\` ${cell([message, hint].filter(Boolean).join(" "))}`);
  return [
    "# Errors",
    generatedNote,
    "What `--json` prints as `error: { code, message, hint?, file? }`, and what the host answers with. The code is stable, the " +
      "sentence may change; `…` is what the case at hand fills in. A code that is used in several places has its first sentence here.",
    // A line each: in a table one long sentence would change every line.
    lines.join("\n"),
  ].join("\n\n");
}

interface ErrorText {
  message: string;
  hint: string;
}

/** By code: what `new SlicebenchError(code, message, { hint })` is called with, in the order of the files' names. */
function errorsOf(folder: string): Map<string, ErrorText> {
  const found = new Map<string, ErrorText>();
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === "SlicebenchError") {
      const [code, message, details] = node.arguments ?? [];
      if (code !== undefined && ts.isStringLiteral(code) && !found.get(code.text)?.message)
        found.set(code.text, { message: textOf(message), hint: hintOf(details) });
    }
    ts.forEachChild(node, visit);
  };
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
    .sort();
  for (const name of files) {
    const text = readFileSync(join(folder, name), "utf8");
    ts.forEachChild(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true), visit);
  }
  return found;
}

/** A literal's words, with "…" where a value is put in; nothing of what is computed elsewhere. */
function textOf(node: ts.Expression | undefined): string {
  if (node === undefined) return "";
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return "";
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
}

function hintOf(details: ts.Expression | undefined): string {
  if (details === undefined || !ts.isObjectLiteralExpression(details)) return "";
  const hint = details.properties.find((each) => each.name?.getText() === "hint");
  return hint !== undefined && ts.isPropertyAssignment(hint) ? textOf(hint.initializer) : "";
}
