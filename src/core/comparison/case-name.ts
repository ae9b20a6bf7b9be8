import type { ComparisonCase } from "./record";

/** What a case is called: its input, with the frame's number where a file holds several. */
export function caseName({ input, frame }: Pick<ComparisonCase, "input" | "frame">): string {
  return frame > 0 ? `${input}, frame ${frame + 1}` : input;
}
