import { SlicebenchError } from "../core/errors";
import { Database } from "./database";

/** `BEGIN IMMEDIATE` of one is refused to all others, and its end, however it comes, is the system's to notice. */
const take = "BEGIN IMMEDIATE";

/**
 * Keeps a workspace for one program: two would each think its label maps the last ones. The lock is one that the
 * operating system holds on a file of its own beside the workspace, so it ends with the program, even a killed one,
 * and nothing stale is left to clean up.
 */
export class WorkspaceLock {
  private constructor(private readonly connection: Database) {}

  /** Throws WORKSPACE_IN_USE where another program has it. */
  static take(workspaceFile: string): WorkspaceLock {
    const connection = Database.connect(`${workspaceFile}.lock`, { timeoutMs: 0 });
    try {
      connection.exec(take);
      sayWhoHoldsIt(connection);
      return new WorkspaceLock(connection);
    } catch (thrown) {
      const isTaken = thrown instanceof SlicebenchError && thrown.code === "WORKSPACE_BUSY";
      const failure = isTaken ? inUse(workspaceFile, holderOf(connection)) : thrown;
      connection.close();
      throw failure;
    }
  }

  release(): void {
    this.connection.close();
  }
}

/** Written for the message that another program gives; on a full disk it goes without. */
function sayWhoHoldsIt(connection: Database): void {
  try {
    connection.exec(`PRAGMA user_version = ${process.pid}`);
    connection.exec("COMMIT");
    connection.exec(take);
  } catch (thrown) {
    if (!(thrown instanceof SlicebenchError && thrown.code === "WORKSPACE_DISK_FULL")) throw thrown;
  }
}

function holderOf(connection: Database): number | undefined {
  try {
    return connection.get<{ user_version: number }>("PRAGMA user_version")?.user_version;
  } catch {
    return undefined;
  }
}

function inUse(file: string, processId: number | undefined): SlicebenchError {
  const who = processId === undefined || processId === 0 ? "" : ` (process ${processId})`;
  return new SlicebenchError(
    "WORKSPACE_IN_USE",
    `Another Slicebench${who} has this workspace open, and two would undo each other's edits.`,
    {
      file,
      hint: "Go to its window or end it, or name another workspace with --workspace. Several windows of one Slicebench are fine.",
    },
  );
}
