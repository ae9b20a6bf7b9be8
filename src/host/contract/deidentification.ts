import { z } from "zod";
import { id } from "./fields";

const deidentifyOptions = z.object({
  retainUids: z.boolean(),
  shiftDates: z.boolean(),
  cleanDescriptors: z.boolean(),
});
export type DeidentifyChoices = z.infer<typeof deidentifyOptions>;

/** `POST /api/deidentifications/preview` says what would change; nothing is written. */
export const previewDeidentificationSchema = z.object({ studyId: id, options: deidentifyOptions });

/** `POST /api/deidentifications` writes new files as a job. `out` is an absolute path, of an empty folder or none yet. */
export const startDeidentificationSchema = previewDeidentificationSchema.extend({
  out: z.string().min(1).max(4_096),
});

export interface DeidentificationPreview {
  /** Files that would be written, and those that cannot be. */
  done: number;
  leftOut: number;
  failed: number;
  /** What a person should look at, each sentence with how many files it is about. */
  warnings: { message: string; files: number }[];
  /** In the order of the tags; `tag` is "(0010,0010)". */
  changes: {
    tag: string;
    name: string;
    action: "removed" | "emptied" | "replaced" | "shifted" | "cleaned";
    files: number;
    examples: { before: string; after: string }[];
  }[];
}
