import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SlicebenchError } from "../core/errors";
import type { Frame } from "../core/image/frame";
import type { SampleView } from "../host/contract";
import type { ImageReader } from "./image-reader";
import { isWithin } from "./output-names";

/** What the samples service needs of `samples.json`. */
const samplesSchema = z.object({
  schemaVersion: z.literal(1),
  samples: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      folder: z.string(),
      kind: z.enum(["series", "pictures"]),
      /** What begins the id of every bundled model that was made for it. */
      task: z.string().optional(),
      reference: z.string().optional(),
      files: z.array(z.object({ name: z.string() })).min(1),
    }),
  ),
});
type Sample = z.infer<typeof samplesSchema>["samples"][number];

/** The studies that ship with the program. */
export class Samples {
  /** @param folder holds samples.json and a folder for each sample */
  constructor(
    private readonly folder: string,
    private readonly reader: ImageReader,
  ) {}

  async list(): Promise<SampleView[]> {
    return (await this.#read()).map((sample) => ({
      id: sample.id,
      title: sample.title,
      detail: describe(sample),
      path: join(this.folder, sample.folder),
    }));
  }

  /** A frame that shows what the sample is, from its middle. Throws SAMPLE_NOT_FOUND. */
  async picture(id: string): Promise<Frame> {
    const sample = (await this.#read()).find((each) => each.id === id);
    if (sample === undefined) throw new SlicebenchError("SAMPLE_NOT_FOUND", "There is no such sample.");
    const middle = sample.files[Math.floor(sample.files.length / 2)]!;
    return this.reader.decode({ file: join(this.folder, sample.folder, middle.name), frame: 0 });
  }

  #read(): Promise<Sample[]> {
    return readSamples(this.folder);
  }
}

/** Files of the sample that a model was made for; none for a model that someone brought. */
export async function sampleFilesFor(modelId: string, folder: string): Promise<string[]> {
  const samples = await readSamples(folder);
  const sample = samples.find(({ task }) => task !== undefined && modelId.startsWith(`${task}-`));
  return sample === undefined ? [] : sample.files.map(({ name }) => join(folder, sample.folder, name));
}

/** Folders of all samples that a model was made for. */
export async function sampleFoldersFor(modelId: string, folder: string): Promise<string[]> {
  const samples = await readSamples(folder);
  return samples
    .filter(({ task }) => task !== undefined && modelId.startsWith(`${task}-`))
    .map((sample) => join(folder, sample.folder));
}

/** An installation without samples has none. */
async function readSamples(folder: string): Promise<Sample[]> {
  const text = await readFile(join(folder, "samples.json"), "utf8").catch(() => undefined);
  if (text === undefined) return [];
  const { samples } = samplesSchema.parse(JSON.parse(text));
  return samples.filter((sample) => isWithin(folder, join(folder, sample.folder)));
}

function describe({ files, kind, reference }: Sample): string {
  const thing = kind === "series" ? "slice" : "picture";
  const count = `${files.length} ${thing}${files.length === 1 ? "" : "s"}`;
  return reference === undefined ? count : `${count}, reference`;
}
