import type { JobView, ModelView, RunView, WorkspaceView } from "../../host/contract";
import { HostError } from "../api/request";
import type { Problem } from "./workbench";

/** Turns what the host reports into problems with a title, what happened and what is safe. */

type JobProblem = JobView["problems"][number];

/** From how many files on a job's refusals of one kind are one problem with a list. */
const groupFrom = 3;

function titleOf(code: string, count: number): string {
  if (code.startsWith("ENGINE_")) return "The engine stopped";
  if (code === "NOT_AN_IMAGE" || code === "FILE_FORMAT_UNKNOWN")
    return count === 1 ? "One file is no image" : `${count} files are no images`;
  return count === 1 ? "One file was refused" : `${count} files were refused`;
}

function groupByCode(problems: readonly JobProblem[]): JobProblem[][] {
  const groups = new Map<string, JobProblem[]>();
  for (const problem of problems) groups.set(problem.code, [...(groups.get(problem.code) ?? []), problem]);
  return [...groups.values()].flatMap((group) =>
    group.length >= groupFrom ? [group] : group.map((problem) => [problem]),
  );
}

/** The last part of a path, whichever system wrote it. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** What an `open` or `export` job could not do. Many files refused for one reason are one problem. */
export function problemsOfJob(job: JobView): Problem[] {
  return groupByCode(job.problems).map((group) => {
    const [first] = group as [JobProblem];
    const files = group.map(({ file }) => file).filter((file) => file !== undefined);
    const many = group.length >= groupFrom;
    return {
      id: many ? `${job.id}:${first.code}` : `${job.id}:${first.code}:${first.file ?? first.message}`,
      severity: "error",
      title: titleOf(first.code, group.length),
      message: first.message,
      ...(first.hint !== undefined && { hint: first.hint }),
      ...(!many && first.file !== undefined && { file: first.file }),
      code: first.code,
      ...(many && { files }),
    };
  });
}

/** "slices 3, 5 to 7": frame indices from 0, as the reader counts them. */
export function sliceList(frames: readonly number[]): string {
  const sorted = [...frames].sort((a, b) => a - b);
  const spans: [number, number][] = [];
  for (const frame of sorted) {
    const last = spans.at(-1);
    if (last && frame === last[1] + 1) last[1] = frame;
    else spans.push([frame, frame]);
  }
  const words = spans.map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1} to ${to + 1}`));
  return `${sorted.length === 1 ? "slice" : "slices"} ${words.join(", ")}`;
}

/** What a run could not do: one problem for each fault, however many slices it cost. */
export function problemsOfRun(run: RunView, models: readonly ModelView[]): Problem[] {
  const name = models.find(({ card }) => card.id === run.modelId)?.card.name ?? run.modelId;
  const codes = [...new Set(run.failures.map(({ code }) => code))];
  return codes.map((code) => {
    const failures = run.failures.filter((failure) => failure.code === code);
    const frames = failures.map(({ frame }) => frame);
    const first = failures[0];
    const crashed = code.startsWith("ENGINE_");
    const kept = `${run.framesDone} of ${run.framesTotal} slices are kept`;
    return {
      id: `run:${run.id}:${code}`,
      severity: "error",
      title: crashed ? "The engine stopped" : `${name} failed`,
      message: crashed
        ? `It was running ${name} at ${sliceList(frames)}. ${kept}, and a new engine is ready.`
        : `At ${sliceList(frames)}: ${first?.message ?? ""} ${kept}.`,
      ...(first?.hint !== undefined && { hint: first.hint }),
      code,
      details: [first?.message ?? "", `model ${run.modelId}`, `run ${run.id}`, sliceList(frames)],
    };
  });
}

const noticeTitles: Readonly<Record<string, string>> = {
  WORKSPACE_RECOVERED: "The workspace was recovered",
  WORKSPACE_BACKUP_FAILED: "No backup today",
  STUDY_MISSING: "A study is not there any more",
};

/** What the reader must know of how the workspace opened. */
export function problemOfNotice(notice: WorkspaceView["notices"][number]): Problem {
  return {
    id: `notice:${notice.code}:${notice.file ?? ""}`,
    severity: "warning",
    title: noticeTitles[notice.code] ?? "About the workspace",
    ...notice,
  };
}

/** A request that failed, as a problem; `title` says what was tried. */
export function problemOfFailure(title: string, thrown: unknown): Problem {
  const known = thrown instanceof HostError ? thrown : undefined;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    id: `failure:${title}:${known?.code ?? message}:${known?.file ?? ""}`,
    severity: "error",
    title,
    message,
    code: known?.code ?? "INTERNAL",
    ...(known?.hint !== undefined && { hint: known.hint }),
    ...(known?.file !== undefined && { file: known.file }),
  };
}
