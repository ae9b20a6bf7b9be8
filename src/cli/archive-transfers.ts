import { mkdir, readdir } from "node:fs/promises";
import type { FoundStudy, StudyQuery } from "../core/archive";
import { SlicebenchError, toWireError } from "../core/errors";
import { readablePersonName } from "../core/person-name";
import type { SavedArchive } from "../services/archive/connections";
import { connectArchive } from "../services/archive/connect";
import { fetchStudy, outgoingFile } from "../services/archive/transfer";
import { type ExitCode, exitCodes } from "./exit-codes";
import { listenForInterrupt } from "./interrupt";
import { describeError, formatTable, type Output } from "./output";
import { showProgress } from "./progress-display";

export interface FindWords extends Omit<StudyQuery, "accessionNumber"> {
  accession?: string;
}

export async function echoArchive(saved: SavedArchive, output: Output): Promise<ExitCode> {
  return interruptibly(async (signal) => {
    const startedAt = performance.now();
    await (await connectArchive(saved)).echo(signal);
    const milliseconds = Math.round(performance.now() - startedAt);
    output.item(
      { ok: true, archive: saved.archive.name, milliseconds },
      ({ archive }) => `${archive} answers (${milliseconds} ms).`,
    );
    return exitCodes.done;
  });
}

export async function findStudies(
  saved: SavedArchive,
  { words, output }: { words: FindWords; output: Output },
): Promise<ExitCode> {
  const { accession, patientName, patientId, from, to, modality, description, fuzzy, limit, offset } = words;
  return interruptibly(async (signal) => {
    const archive = await connectArchive(saved);
    const { studies, more, warnings } = await archive.find(
      {
        accessionNumber: accession,
        patientName,
        patientId,
        from,
        to,
        modality,
        description,
        fuzzy,
        limit,
        offset,
      },
      signal,
    );
    for (const study of studies) output.item({ ok: true, ...study }, () => undefined);
    output.say(studies.length === 0 ? "No study matches." : formatStudies(studies));
    for (const warning of warnings) output.note(warning);
    if (more) output.note(`There are more: --offset ${offset + studies.length} shows the next.`);
    return exitCodes.done;
  });
}

function formatStudies(studies: readonly FoundStudy[]): string {
  const rows = studies.map((study) => [
    study.patientName === undefined ? "" : readablePersonName(study.patientName),
    study.patientId ?? "",
    study.studyDate ?? "",
    study.modalities.join(" "),
    study.description ?? "",
    `${study.seriesCount ?? "?"} / ${study.instanceCount ?? "?"}`,
    study.studyInstanceUid,
  ]);
  return formatTable(["Patient", "ID", "Date", "Modality", "Description", "Series / images", "Study"], rows);
}

export async function fetchFromArchive(
  saved: SavedArchive,
  { study, series, out, output }: { study: string; series: string | undefined; out: string; output: Output },
): Promise<ExitCode> {
  await requireEmpty(out);
  const display = showProgress();
  return interruptibly(async (signal) => {
    try {
      const { files, problems } = await fetchStudy(await connectArchive(saved), {
        studyInstanceUid: study,
        seriesInstanceUid: series,
        folder: out,
        signal,
        onProgress: (done, total) => total !== undefined && display.update({ done, total }),
      });
      display.stop();
      for (const file of files) output.item({ ok: true, file }, () => undefined);
      for (const problem of problems) {
        output.note(describeError(problem));
        output.item({ ok: false, error: problem }, () => undefined);
      }
      output.say(`${files.length} instance${files.length === 1 ? "" : "s"} in ${out}.`);
      return problems.length > 0 ? exitCodes.someFailed : exitCodes.done;
    } finally {
      display.stop();
    }
  });
}

export async function sendToArchive(
  saved: SavedArchive,
  files: readonly string[],
  output: Output,
): Promise<ExitCode> {
  return interruptibly(async (signal) => {
    const described = await Promise.all(
      files.map((file) =>
        outgoingFile(file).catch((thrown: unknown) => ({ file, error: toWireError(thrown, file) })),
      ),
    );
    const sendable = described.flatMap((each) => ("error" in each ? [] : [each]));
    const sent =
      sendable.length === 0 ? [] : await (await connectArchive(saved)).send({ files: sendable, signal });
    let failed = 0;
    for (const each of described) {
      if (!("error" in each)) continue;
      failed++;
      output.note(describeError(each.error));
      output.item({ ok: false, ...each }, () => undefined);
    }
    for (const instance of sent) {
      const ok = instance.state !== "refused";
      if (!ok) failed++;
      if (instance.reason !== undefined) output.note(`${instance.file}: ${instance.reason}`);
      output.item({ ok, ...instance }, () => (ok ? `${instance.file}: stored` : undefined));
    }
    return failed > 0 ? exitCodes.someFailed : exitCodes.done;
  });
}

async function interruptibly(work: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const { signal, release } = listenForInterrupt();
  try {
    return await work(signal);
  } finally {
    release();
  }
}

/** Nothing that is there is written over, and nothing of another study lies beside. */
async function requireEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length === 0) return;
  throw new SlicebenchError("OUTPUT_EXISTS", "There is something in this folder already.", {
    file: folder,
    hint: "Choose an empty folder with --out.",
  });
}
