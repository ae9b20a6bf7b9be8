import type { ExportFormat } from "../../core/export-formats";
import type { JobView, LayerView } from "../../host/contract";
import { desktop } from "../api/bridge";
import { exportUrl, host } from "../api/host";
import { counted } from "../app/format";
import { toast } from "../app/toast";
import { problemsOfJob } from "../state/problems";
import { queryClient, queryKeys } from "../state/queries";
import { reportProblems, showProblems } from "../state/workbench";
import { attempt } from "./report";
import { activeFrame } from "./runs";

/** Exports whose files this page asked for. */
const asked = new Set<string>();

/** Writes a layer: on the desktop into a folder that the reader picks, in a browser as a download. */
export async function exportLayer(layer: LayerView, formats: readonly ExportFormat[]): Promise<void> {
  await attempt("The layer could not be exported", async () => {
    const [folder] = desktop ? await desktop.openFolder() : [];
    if (desktop && folder === undefined) return;
    const frame = activeFrame();
    const job = await host.exportLayer(layer.id, {
      formats: [...formats],
      ...(frame !== undefined && { frame }),
      ...(folder !== undefined && { folder }),
    });
    asked.add(job.id);
    // A small one may be over before its own answer is here.
    const known = queryClient.getQueryData<JobView[]>(queryKeys.jobs)?.find(({ id }) => id === job.id);
    if (known) tellExported(known);
  });
}

/** Says how an export ended; in a browser its files come down. @returns whether the job is one that this page asked for */
export function tellExported(job: JobView): boolean {
  const isOver = job.state !== "running" && job.state !== "waiting";
  if (!isOver || !asked.delete(job.id)) return false;
  reportProblems(problemsOfJob(job));
  const [first] = job.files ?? [];
  if (first === undefined) {
    if (job.state !== "cancelled") toast("Nothing was exported", { label: "Show", run: showProblems });
    return true;
  }
  if (!desktop) download(job.id);
  const written = `${counted(job.files!.length, "file")} written and checked`;
  if (job.problems.length > 0)
    toast(`${written}, ${job.problems.length} not possible`, { label: "Show", run: showProblems });
  else if (desktop)
    toast(written, { label: "Show in folder", run: () => void desktop?.revealInFolder(first) });
  else toast(written);
  return true;
}

function download(jobId: string): void {
  const link = document.createElement("a");
  link.href = exportUrl(jobId);
  link.download = "";
  link.click();
}
