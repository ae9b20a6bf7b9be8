import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { SlicebenchError } from "../../core/errors";
import { isWithin } from "../output-names";

/**
 * The folder that all machines of a queue see, each perhaps at a place of its own: what crosses the queue are paths
 * within it. Those of others are data: none leads out of it.
 */
export class SharedFolder {
  private constructor(
    readonly path: string,
    /** With links resolved, to tell where other paths lead. */
    private readonly real: string,
  ) {}

  /** Throws SHARE_MISSING. */
  static async open(path: string): Promise<SharedFolder> {
    const folder = resolve(path);
    const real = await realpath(folder).catch((cause: unknown) => {
      throw new SlicebenchError("SHARE_MISSING", "There is no such folder.", {
        file: folder,
        hint: "Name with --share the folder that all machines see.",
        cause,
      });
    });
    return new SharedFolder(folder, real);
  }

  /** A local path as the other machines know it, with `/`. Throws OUTSIDE_SHARE. */
  async toShared(local: string): Promise<string> {
    const real = await realpath(local).catch(() => resolve(local));
    if (!isWithin(this.real, real)) throw this.outside(local);
    return relative(this.real, real).split(sep).join("/");
  }

  /** A path that came over the queue, on this machine. Throws OUTSIDE_SHARE where it leads elsewhere, by a link too. */
  async toLocal(shared: string): Promise<string> {
    const path = join(this.path, shared);
    if (isAbsolute(shared) || !isWithin(this.path, path)) throw this.outside(shared);
    const real = await realpath(path).catch(() => undefined);
    if (real !== undefined && !isWithin(this.real, real)) throw this.outside(shared);
    return path;
  }

  private outside(file: string): SlicebenchError {
    return new SlicebenchError("OUTSIDE_SHARE", "This lies outside of the folder that all machines see.", {
      file,
      hint: `Put pictures and results below ${this.path}, or name another folder with --share.`,
    });
  }
}
