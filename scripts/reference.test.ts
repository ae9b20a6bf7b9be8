import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { referenceDocuments, referenceFolder } from "./reference/documents";

test("docs/reference is what the code says (npm run reference writes it)", async () => {
  for (const { name, text } of await referenceDocuments())
    expect(readFileSync(join(referenceFolder, name), "utf8"), name).toBe(text);
});
