import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { billOfMaterials, type Component } from "./sbom.mjs";

/**
 * What may be in Slicebench, which is under Apache-2.0: licences that ask for their notice and no more, and those whose
 * copyleft ends at their own files (EPL, MPL) or at a library that can be replaced (LGPL: libvips, a file of its own).
 */
const allowed = new Set([
  ...[
    "0BSD",
    "Apache-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "CC-BY-4.0",
    "ISC",
    "MIT",
  ],
  ...["OFL-1.1", "Python-2.0", "Unlicense", "WTFPL", "Zlib"],
  ...["EPL-2.0", "LGPL-3.0-or-later", "MPL-2.0"],
]);

let components: Component[];
beforeAll(() => void ({ components } = billOfMaterials()), 60_000);

/** "A OR B" is allowed where one of them is, "A AND B" where both are. */
function isAllowed(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, "").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((licence) => allowed.has(licence)));
}

test("every part has a licence that may be in the program", () => {
  expect(components.length).toBeGreaterThan(100);
  const others = components.flatMap(({ name, version, licenses = [] }) => {
    const words = licenses.map(
      ({ license, expression }) => expression ?? license?.id ?? license?.name ?? "none",
    );
    return words.length > 0 && words.every(isAllowed)
      ? []
      : [`${name} ${version}: ${words.join(", ") || "none"}`];
  });
  expect(others).toEqual([]);
});

test("the trained models are parts too, with the hash of their weights", () => {
  const models = components.filter(({ type }) => type === "machine-learning-model");
  expect(models.map(({ name }) => name)).toEqual(expect.arrayContaining(["cardiac-lv-unet", "nuclei-unet"]));
  for (const { name, hashes } of models) {
    const weights = readFileSync(join(import.meta.dirname, "..", "resources", "models", name, "model.onnx"));
    expect(hashes).toEqual([{ alg: "SHA-256", content: createHash("sha256").update(weights).digest("hex") }]);
  }
});
