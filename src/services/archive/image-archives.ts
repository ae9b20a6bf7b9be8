import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FoundStudies, SentInstance, StudyQuery } from "../../core/archive";
import { fromWireError, type WireError } from "../../core/errors";
import type { FetchStudy, JobView, SendLayer } from "../../host/contract";
import { type ExportOptions, exportSegments } from "../exports";
import type { Jobs } from "../jobs";
import type { LayerExports } from "../layer-exports";
import { connectArchive } from "./connect";
import type { ArchiveConnections } from "./connections";
import type { FetchedStudies } from "./fetched-studies";
import { fetchStudy, outgoingFile } from "./transfer";

interface ImageArchivesParts {
  connections: ArchiveConnections;
  fetched: FetchedStudies;
  jobs: Jobs;
  /** Opens a fetched study's folder. */
  open: (folder: string, title: string) => void;
  exports: Pick<LayerExports, "source">;
  decode: ExportOptions["decode"];
}

/**
 * Archives on the network, as the window uses them. Nothing is contacted but what the user configured, and only when
 * they ask for it.
 */
export class ImageArchives {
  constructor(private readonly parts: ImageArchivesParts) {}

  get connections(): ArchiveConnections {
    return this.parts.connections;
  }

  get fetched(): FetchedStudies {
    return this.parts.fetched;
  }

  /** Throws ARCHIVE_UNKNOWN, and what `Archive` throws. */
  async echo(id: string, signal: AbortSignal): Promise<void> {
    const archive = await connectArchive(this.parts.connections.get(id));
    await archive.echo(signal);
  }

  async find(id: string, query: StudyQuery, signal: AbortSignal): Promise<FoundStudies> {
    const archive = await connectArchive(this.parts.connections.get(id));
    return archive.find(query, signal);
  }

  /** Fetches a study as a job, and opens it. Throws ARCHIVE_UNKNOWN. */
  fetch(id: string, { studyInstanceUid, title }: FetchStudy): JobView {
    const { connections, fetched, jobs, open } = this.parts;
    const saved = connections.get(id);
    return jobs.start("fetch", `Fetch ${title}`, async (job) => {
      job.begin();
      const archive = await connectArchive(saved);
      let problems: readonly WireError[] = [];
      const folder = await fetched.add({ studyInstanceUid, title }, async (arriving) => {
        const study = await fetchStudy(archive, {
          studyInstanceUid,
          folder: arriving,
          signal: job.signal,
          onProgress: (done, total) => job.progress(done, total),
        });
        problems = study.problems;
      });
      for (const problem of problems) job.problem(problem);
      open(folder, title);
    });
  }

  /** Writes a layer or measurements, reads it back, and sends what was right, as a job. Throws ARCHIVE_UNKNOWN and what `LayerExports.source` throws. */
  async send(id: string, { formats, frame, ...of }: SendLayer): Promise<JobView> {
    const { connections, exports, jobs, decode } = this.parts;
    const saved = connections.get(id);
    const source = await exports.source(of);
    return jobs.start("send", `Send ${source.name} to ${saved.archive.name}`, async (job) => {
      job.begin();
      const archive = await connectArchive(saved);
      const folder = await mkdtemp(join(tmpdir(), "slicebench-send-"));
      try {
        const failures: WireError[] = [];
        const { files } = await exportSegments(
          source,
          { formats, folder, frame, onTaken: "number" },
          { decode, signal: job.signal, onFailure: (_format, error) => failures.push(error) },
        );
        if (files.length === 0 && failures[0] !== undefined) throw fromWireError(failures[0]);
        for (const failure of failures) job.problem(failure);
        const sent = await archive.send({
          files: await Promise.all(files.map(outgoingFile)),
          signal: job.signal,
          onProgress: (done, total) => job.progress(done, total),
        });
        for (const instance of sent) if (instance.state !== "stored") job.problem(problemOf(instance));
        const refused = sent.filter(({ state }) => state === "refused");
        if (sent.length > 0 && refused.length === sent.length) throw fromWireError(problemOf(refused[0]!));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
}

/** What became of an instance, where it is worth a word. The file is a temporary one, so it is not named. */
export function problemOf({ state, reason }: SentInstance): WireError {
  return state === "refused"
    ? {
        code: "ARCHIVE_NOT_STORED",
        message: `The archive did not store an object: ${reason ?? ""}`,
        hint: "The layer is safe here. Export it to a folder instead, or ask who runs the archive.",
      }
    : {
        code: "ARCHIVE_STORED_CHANGED",
        message: `The archive stored an object with a warning: ${reason ?? ""}`,
      };
}
