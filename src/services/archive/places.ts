import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join, parse, resolve } from "node:path";

/**
 * Where the archives of a workspace and what is fetched from them are kept: beside it. One in memory keeps no archives,
 * and its studies in a temporary folder.
 */
export function archivePlaces(workspaceFile: string): { connections: string | undefined; fetched: string } {
  if (workspaceFile === ":memory:") {
    return { connections: undefined, fetched: join(tmpdir(), `slicebench-fetched-${randomUUID()}`) };
  }
  const { dir, name } = parse(resolve(workspaceFile));
  return { connections: join(dir, `${name}.archives.json`), fetched: join(dir, `${name}.fetched`) };
}
