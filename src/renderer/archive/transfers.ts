import type { JobView } from "../../host/contract";
import { toast } from "../app/toast";
import { problemsOfJob } from "../state/problems";
import { reportProblems, showProblems } from "../state/workbench";

/** Transfers whose end was told already. */
const told = new Set<string>();

/** Says how a fetch or a send ended; the study that was fetched opens by itself. @returns whether the job is one */
export function tellTransfer(job: JobView): boolean {
  if (job.kind !== "fetch" && job.kind !== "send") return false;
  if (job.state === "running" || job.state === "waiting" || told.has(job.id)) return true;
  told.add(job.id);
  const failed = job.state === "failed";
  // The title names the study or the layer, and the archive.
  const title = failed ? `Failed: ${job.title}` : `Not without fault: ${job.title}`;
  reportProblems(problemsOfJob(job).map((problem) => ({ ...problem, title })));
  const show = { label: "Show", run: showProblems };
  if (failed) toast(job.kind === "fetch" ? "The study was not fetched" : "Nothing was sent", show);
  else if (job.problems.length > 0)
    toast(job.kind === "fetch" ? "Fetched, with problems" : "Sent, with problems", show);
  else if (job.kind === "send" && job.state === "done") toast("Sent, and stored by the archive");
  return true;
}
