import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./install.mjs";

/**
 * All that Slicebench is made of, as CycloneDX 1.5: the packages, as npm knows them (those that only build it are
 * marked as development), and the trained models, which npm does not know.
 */
export function billOfMaterials() {
  const words = ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application"];
  const { status, stdout, stderr } = spawnSync("npm", words, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm sbom failed: ${stderr}`);
  const bill = JSON.parse(stdout);
  return { ...bill, components: [...bill.components, ...models()] };
}

function models() {
  const folder = join(root, "resources", "models");
  return readdirSync(folder)
    .sort()
    .map((id) => {
      const card = JSON.parse(readFileSync(join(folder, id, "model.json"), "utf8"));
      return {
        "bom-ref": `model/${id}@${card.version}`,
        type: "machine-learning-model",
        name: id,
        version: card.version,
        description: card.name,
        hashes: [{ alg: "SHA-256", content: card.weights.sha256 }],
        licenses: [{ license: { id: card.licence } }],
      };
    });
}

/** `npm run sbom` writes it beside the installers. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(join(root, "dist", "sbom.cdx.json"), JSON.stringify(billOfMaterials(), null, 2));
  console.log("dist/sbom.cdx.json");
}
