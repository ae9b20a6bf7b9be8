import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, parse } from "node:path";
import { SlicebenchError, toWireError, type WireError } from "../core/errors";
import type { GoOn, StartView } from "../host/contract";
import { listBackups } from "../workspace/backups";
import { defaultWorkspaceFile, type Workstation } from "./workstation";

interface OpenedHow {
  workspaceFile: string;
  setAside?: boolean;
}

interface StartOptions {
  /** `:memory:` for none; the user's own where it is left out. */
  workspaceFile?: string | undefined;
  /** Throws what the workspace throws. */
  open: (how: OpenedHow) => Workstation;
  /** Called once, with the workstation that has started. */
  onStarted: (workstation: Workstation) => void;
}

/** Where the workspace's own folder takes no other one either. */
const hinderedByPlace = new Set(["WORKSPACE_READ_ONLY", "WORKSPACE_DISK_FULL", "WORKSPACE_NOT_WRITTEN"]);

/**
 * The start of a workstation, which its workspace may hinder: another program has it, its folder is read-only, the disk
 * is full, the file is none of ours. There is no workstation then until the reader has said how to go on.
 */
export class WorkstationStart {
  readonly #file: string;
  #workstation: Workstation | undefined;
  #failure: WireError | undefined;

  constructor(private readonly options: StartOptions) {
    this.#file = options.workspaceFile ?? defaultWorkspaceFile();
  }

  /** Undefined as long as something hinders it. */
  get workstation(): Workstation | undefined {
    return this.#workstation;
  }

  /** Starts the workstation, or knows afterwards what hinders it. */
  begin(): void {
    try {
      this.goOn({ kind: "retry" });
    } catch (thrown) {
      if (this.#failure === undefined) throw thrown;
    }
  }

  /** What hinders it; undefined where nothing does. */
  get failure(): WireError | undefined {
    return this.#failure;
  }

  /** What hinders it, and what there is to go on with. */
  view(): StartView | undefined {
    const failure = this.#failure;
    if (failure === undefined) return undefined;
    const [backup] = listBackups(this.#file);
    return {
      failure,
      file: this.#file,
      elsewhere: otherPlace(this.#file, failure.code),
      ...(backup && { backup: { madeAt: backup.madeAt } }),
    };
  }

  /** Starts the workstation; throws what hinders it, and then nothing was changed. */
  goOn(how: GoOn): void {
    // Another page of the same program was quicker.
    if (this.#workstation !== undefined) return;
    try {
      this.#workstation = this.options.open(openedHow(how, this.#file));
    } catch (thrown) {
      if (how.kind === "retry") this.#failure = toWireError(thrown, this.#file);
      throw thrown;
    }
    this.#failure = undefined;
    this.options.onStarted(this.#workstation);
  }
}

function openedHow(how: GoOn, workspaceFile: string): OpenedHow {
  switch (how.kind) {
    case "retry":
      return { workspaceFile };
    case "set-aside":
      return { workspaceFile, setAside: true };
    case "forget":
      return { workspaceFile: ":memory:" };
    case "elsewhere":
      if (isAbsolute(how.file)) return { workspaceFile: how.file };
      throw new SlicebenchError("REQUEST_INVALID", "Name the workspace with its whole path.", {
        file: how.file,
      });
  }
}

/** A path beside the workspace that nothing lies at, or in the home folder where its own takes none. */
function otherPlace(file: string, code: string): string {
  const { dir, name, ext } = parse(file);
  const [folder, stem] = hinderedByPlace.has(code) ? [homedir(), "slicebench-workspace"] : [dir, name];
  for (let number = 2; ; number++) {
    const other = join(folder, `${stem}-${number}${ext}`);
    if (!existsSync(other)) return other;
  }
}
