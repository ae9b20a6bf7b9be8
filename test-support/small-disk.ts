import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of its own, so that a test can fill it or make it read-only without harm to anything else. */
export interface SmallDisk {
  folder: string;
  /** The same files, under a path that cannot be written to. */
  readOnlyFolder: () => string;
  remove: () => void;
}

const mount = (...words: string[]) => spawnSync("mount", words).status === 0;

/** Mounts a file system in memory, which takes root's rights on Linux; undefined where it cannot be had. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "slicebench-disk-"));
  if (!mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder)) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const mounted = [folder];
  return {
    folder,
    readOnlyFolder() {
      const view = mkdtempSync(join(tmpdir(), "slicebench-disk-"));
      mount("--bind", folder, view);
      mount("-o", "remount,bind,ro", view);
      mounted.push(view);
      return view;
    },
    remove() {
      for (const place of mounted) {
        // Lazily: libsql closes a file only when its statements are collected.
        spawnSync("umount", ["--lazy", place]);
        rmSync(place, { recursive: true, force: true });
      }
    },
  };
}
