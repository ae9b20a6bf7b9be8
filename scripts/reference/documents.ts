import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { comparisonRecordSchema } from "../../src/core/comparison/record";
import { modelCardSchema } from "../../src/core/model-card";
import { commandLineReference } from "./command-line";
import { errorReference } from "./errors";
import { metricReference } from "./metrics";
import { shortcutReference } from "./shortcuts";

export const referenceFolder = join(import.meta.dirname, "..", "..", "docs", "reference");

/** Every page of docs/reference, laid out as the repository's style wants it. */
export async function referenceDocuments(): Promise<{ name: string; text: string }[]> {
  const pages = {
    "command-line.md": commandLineReference(),
    "shortcuts.md": shortcutReference(),
    "metrics.md": metricReference(),
    "errors.md": errorReference(),
    "comparison.schema.json": jsonSchema("Slicebench comparison.json, version 2", comparisonRecordSchema),
    "model-card.schema.json": jsonSchema("Slicebench model.json", modelCardSchema),
  };
  return Promise.all(
    Object.entries(pages).map(async ([name, text]) => {
      const filepath = join(referenceFolder, name);
      return { name, text: await format(text, { ...(await resolveConfig(filepath)), filepath }) };
    }),
  );
}

const jsonSchema = (title: string, schema: z.ZodType): string =>
  JSON.stringify({ title, ...z.toJSONSchema(schema, { io: "input" }) });
