import { z } from "zod";

const listSchema = z.object({
  modelTopology: z.unknown().refine((topology) => topology !== undefined),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()) })),
});

/**
 * The files that a model.json of TensorFlow.js needs beside it: paths relative to its own, `/` between folders, as
 * they are written there, so to be looked up, never followed. Undefined for any other text.
 */
export function shardPathsOf(text: string): string[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = listSchema.safeParse(json);
  return parsed.success ? parsed.data.weightsManifest.flatMap(({ paths }) => paths) : undefined;
}
