import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedData } from "./readers";

interface ManifestFile {
  name: string;
  kind: string;
  transferSyntax: string | null;
}

/** An archive files instances by their study: what names none cannot be kept by it. */
const withoutStudy = new Set(["pydicom-data__HTJ2K_08_RGB.dcm"]);

/** One real image of each transfer syntax among the shared files; none where those are not beside the repository. */
export function oneOfEachSyntax(): { syntax: string; file: string }[] {
  const folder = sharedData("dicom-dev");
  if (folder === undefined) return [];
  const { files } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
    files: ManifestFile[];
  };
  const found = new Map<string, string>();
  for (const { name, kind, transferSyntax } of files) {
    if (kind !== "image" || transferSyntax === null || found.has(transferSyntax)) continue;
    if (withoutStudy.has(name)) continue;
    found.set(transferSyntax, join(folder, "files", name));
  }
  return [...found].map(([syntax, file]) => ({ syntax, file }));
}

export const digestFile = (file: string): string =>
  createHash("sha256").update(readFileSync(file)).digest("hex");
