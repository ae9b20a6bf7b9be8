import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { z } from "zod";
import { comparisonRecordSchema } from "../src/core/comparison/record";

/** Writes the JSON Schema of comparison.json: `npm run comparison-schema`. */
const schema = { title: "Slicebench comparison.json, version 2", ...z.toJSONSchema(comparisonRecordSchema) };
const file = join(import.meta.dirname, "..", "docs", "reference", "comparison.schema.json");
void format(JSON.stringify(schema), { parser: "json", printWidth: 110 }).then((text) =>
  writeFileSync(file, text),
);
