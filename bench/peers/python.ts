import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * SLICEBENCH_PYTHON names another Python, such as that of a virtual environment with a newer PyTorch; `.peers` is the one
 * that .ci/run makes.
 */
const pythons = [
  process.env.SLICEBENCH_PYTHON,
  join(import.meta.dirname, "../../.peers/bin/python3"),
  "/usr/bin/python3",
  "python3",
].filter((python) => python !== undefined);

/** The first Python that can import a module (or several, with commas), or undefined. */
export function pythonWith(module: string): string | undefined {
  return pythons.find((python) => spawnSync(python, ["-c", `import ${module}`]).status === 0);
}

/** A Python program of this folder that answers calls (calls.py). */
export class PythonPeer {
  private readonly child: ChildProcess;
  private readonly replies: AsyncIterator<string>;

  constructor(python: string, program: string) {
    this.child = spawn(python, [join(import.meta.dirname, program)], {
      stdio: ["pipe", "pipe", "inherit"],
      // As ours, its threads sleep between two tasks: those that spin starve each other where the cores are shared.
      env: { OMP_WAIT_POLICY: "passive", ...process.env },
    });
    this.replies = createInterface(this.child.stdout!)[Symbol.asyncIterator]();
  }

  /** Throws with Python's own words where the call failed. One call at a time. */
  async call(name: string, fields: Record<string, unknown> = {}): Promise<unknown> {
    this.child.stdin!.write(`${JSON.stringify({ call: name, ...fields })}\n`);
    const line = await this.replies.next();
    if (line.done === true) throw new Error(`The peer ended in "${name}".`);
    const reply = JSON.parse(line.value) as { ok: unknown } | { error: string };
    if ("error" in reply) throw new Error(reply.error);
    return reply.ok;
  }

  close(): void {
    this.child.stdin!.end();
  }
}
