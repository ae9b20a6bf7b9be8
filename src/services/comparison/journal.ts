import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type ComparisonCase, comparisonCaseSchema, timingsSchema } from "../../core/comparison/record";
import { SlicebenchError } from "../../core/errors";
import { writeFileAtomically } from "../atomic-file";
import { programVersion } from "../installation";

/** Beside `comparison.json`; stays there, so that a finished comparison can be extended with --resume too. */
const journalName = ".comparison-journal.jsonl";

const costSchema = z.object({
  model: z.string(),
  output: z.string(),
  outputSha256: z.string(),
  timings: timingsSchema,
  memoryBytes: z.int(),
  provider: z.string(),
});

/** What one slice cost one model. */
export type SliceCost = z.infer<typeof costSchema>;

const lineSchema = z.union([
  z.object({ cost: costSchema }),
  z.object({ key: z.string(), case: comparisonCaseSchema }),
]);

/**
 * What a comparison has measured, appended line by line the moment it is known: after a kill at most the lines that
 * were being written are missing, and a case is taken over only where pictures, label maps, reference, options and
 * the program's version are still those that it was measured from.
 */
export class ComparisonJournal {
  readonly #costs = new Map<string, SliceCost>();
  readonly #cases = new Map<string, ComparisonCase>();
  readonly #file: FileHandle;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * @param isResumed takes over what an earlier run left there; else begins anew
   * @throws OUTPUT_NOT_WRITABLE
   */
  static async open(folder: string, isResumed: boolean): Promise<ComparisonJournal> {
    const path = join(folder, journalName);
    const lines = isResumed ? await readLines(path) : [];
    try {
      await mkdir(folder, { recursive: true });
      // Whole or not at all, and without the half line that a kill may have left.
      await writeFileAtomically(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      const journal = new ComparisonJournal(await open(path, "a"));
      for (const line of lines) {
        if ("cost" in line) journal.#costs.set(line.cost.output, line.cost);
        else journal.#cases.set(line.key, line.case);
      }
      return journal;
    } catch (cause) {
      throw new SlicebenchError("OUTPUT_NOT_WRITABLE", "The folder of the results cannot be written.", {
        file: folder,
        cause,
      });
    }
  }

  /** What a label map cost when it was made; undefined where it has changed since. */
  findCost(output: string, outputSha256: string | undefined): SliceCost | undefined {
    const cost = this.#costs.get(output);
    return cost?.outputSha256 === outputSha256 ? cost : undefined;
  }

  findCase(key: string): ComparisonCase | undefined {
    return this.#cases.get(key);
  }

  async addCost(cost: SliceCost): Promise<void> {
    this.#costs.set(cost.output, cost);
    await this.#append({ cost });
  }

  async addCase(key: string, measured: ComparisonCase): Promise<void> {
    await this.#append({ key, case: measured });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  /** Lines follow each other whole, however many cases finish at once. */
  async #append(line: unknown): Promise<void> {
    const written = this.#writing.then(() => this.#file.appendFile(`${JSON.stringify(line)}\n`));
    this.#writing = written.catch(() => undefined);
    await written;
  }
}

/** Names all that a case was measured from. */
export function caseKey(measuredFrom: object): string {
  return createHash("sha256")
    .update(JSON.stringify({ version: programVersion, ...measuredFrom }))
    .digest("hex");
}

async function readLines(path: string): Promise<z.infer<typeof lineSchema>[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const parsed = lineSchema.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
