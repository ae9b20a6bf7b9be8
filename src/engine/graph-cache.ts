import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** How many optimised graphs are kept; the least recently used go first. */
const maximumEntries = 32;
const ending = ".optimised.onnx";

/**
 * Optimised graphs on disk, one file a key. Everything about it may fail (a full disk, a read-only home)
 * without a model failing to load: it then only loads more slowly.
 */
export class GraphCache {
  constructor(private readonly folder: string) {}

  /** @param parts all that the optimised graph depends on: model hash, engine version, processor, options */
  fileOf(parts: readonly string[]): string {
    return join(this.folder, createHash("sha256").update(parts.join("\n")).digest("hex") + ending);
  }

  /** Whether the graph is there; marks it as used now. */
  async has(file: string): Promise<boolean> {
    if (!existsSync(file)) return false;
    const now = new Date();
    await utimes(file, now, now).catch(() => undefined);
    return true;
  }

  /**
   * Where to write a new graph, or undefined where nothing can be written. It appears under its own name
   * only when `keep` is called, so that a process killed while writing leaves no half a graph behind.
   */
  async draftOf(file: string): Promise<string | undefined> {
    try {
      await mkdir(this.folder, { recursive: true });
      return `${file}.${process.pid}.draft`;
    } catch {
      return undefined;
    }
  }

  async keep(draft: string, file: string): Promise<void> {
    await rename(draft, file).catch(() => rm(draft, { force: true }));
    await this.prune().catch(() => undefined);
  }

  async remove(file: string): Promise<void> {
    await rm(file, { force: true });
  }

  private async prune(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(ending));
    if (names.length <= maximumEntries) return;
    const entries = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        return { path, usedAt: (await stat(path)).mtimeMs };
      }),
    );
    entries.sort((a, b) => b.usedAt - a.usedAt);
    await Promise.all(entries.slice(maximumEntries).map(({ path }) => rm(path, { force: true })));
  }
}
