import { isAbsolute } from "node:path";
import { SlicebenchError } from "../core/errors";
import type { JobView } from "../host/contract";
import { deidentifyFiles, type DeidentifyOptions, type DeidentifySummary } from "./deidentify";
import type { Jobs } from "./jobs";
import type { Studies } from "./studies";

/** De-identifies what is open in the window. */
export class Deidentifications {
  constructor(
    private readonly studies: Studies,
    private readonly jobs: Jobs,
  ) {}

  /** What would change in a study's files. Throws STUDY_NOT_FOUND; CancelledError. */
  preview(studyId: string, options: DeidentifyOptions, signal: AbortSignal): Promise<DeidentifySummary> {
    return deidentifyFiles({ paths: this.studies.files(studyId), out: undefined, options }, { signal });
  }

  /** Writes a study's files anew, as a job that names each one that it could not. Throws STUDY_NOT_FOUND, OUTPUT_NOT_ABSOLUTE. */
  start(studyId: string, { options, out }: { options: DeidentifyOptions; out: string }): JobView {
    const paths = this.studies.files(studyId);
    if (!isAbsolute(out)) {
      throw new SlicebenchError(
        "OUTPUT_NOT_ABSOLUTE",
        "Name the whole path of the folder for the new files.",
        {
          file: out,
        },
      );
    }
    return this.jobs.start("export", `De-identify ${paths.length} files`, async (job) => {
      job.begin();
      await deidentifyFiles(
        { paths, out, options },
        {
          signal: job.signal,
          onProgress: (done, total) => job.progress(done, total),
          onEvent: (event) => {
            if (event.type === "failed") job.problem(event.error);
          },
        },
      );
    });
  }
}
