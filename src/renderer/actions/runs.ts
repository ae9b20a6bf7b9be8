import type { JobView, RunView } from "../../host/contract";
import { host } from "../api/host";
import { HostError } from "../api/request";
import { layersQuery, queryClient, queryKeys, seriesQuery } from "../state/queries";
import { activeViewport, visibleViewportIds } from "../state/viewport-queries";
import { annotateViewportId } from "../state/viewport-model";
import { viewportsStore } from "../state/viewports";
import { useWorkbench, type PendingRun } from "../state/workbench";
import { attempt } from "./report";
import { activeSeriesId, layOutComparison } from "./series";

export type RunScope = "slice" | "series";

/** The frame that "this slice" means: undefined where a reformatted plane is shown, which cuts many frames. */
export function activeFrame(): number | undefined {
  const viewport = activeViewport(viewportsStore.getState());
  return viewport.plane === "native" && viewport.seriesId !== undefined ? viewport.frameIndex : undefined;
}

/** Runs models over the active series. Where a model may not suit it, asks first. */
export async function runModels(modelIds: readonly string[], scope: RunScope): Promise<void> {
  const seriesId = activeSeriesId();
  if (seriesId === undefined || modelIds.length === 0) return;
  const frame = scope === "slice" ? activeFrame() : undefined;
  await start({ seriesId, modelIds, ...(frame !== undefined && { frames: [frame] }), warnings: [] });
}

/** Runs the slices that a run did not give, because it failed on them or was stopped before. */
export async function runRest({ modelId, seriesId, layerId, framesTotal, failures }: RunView): Promise<void> {
  await attempt("The models could not be run", async () => {
    const series = await queryClient.query(seriesQuery(seriesId));
    const layers = await queryClient.query({ ...layersQuery(seriesId), staleTime: 0 });
    const kept = new Set(layers.find(({ id }) => id === layerId)?.frames);
    const wanted =
      framesTotal === series.frameCount
        ? series.frames.map(({ index }) => index)
        : failures.map(({ frame }) => frame);
    const frames = wanted.filter((frame) => !kept.has(frame));
    if (frames.length > 0) await start({ seriesId, modelIds: [modelId], frames, warnings: [] });
  });
}

/** Runs what waited for the reader's word. */
export async function acceptPendingRun(): Promise<void> {
  const { pendingRun } = useWorkbench.getState();
  useWorkbench.setState({ pendingRun: undefined });
  if (pendingRun) await start(pendingRun);
}

async function start(request: PendingRun): Promise<void> {
  const { seriesId, modelIds, frames } = request;
  await attempt("The models could not be run", async () => {
    let runs: RunView[];
    try {
      runs = await host.startRuns({
        seriesId,
        modelIds: [...modelIds],
        ...(frames && { frames: [...frames] }),
        acceptWarnings: request.warnings.length > 0,
      });
    } catch (thrown) {
      if (!(thrown instanceof HostError) || thrown.warnings.length === 0) throw thrown;
      useWorkbench.setState({ pendingRun: { ...request, warnings: thrown.warnings } });
      return;
    }
    queryClient.setQueryData<RunView[]>(queryKeys.runs(seriesId), (known = []) => [
      ...known,
      // An event may have been quicker than this answer, and then knows more.
      ...runs.filter((run) => !known.some(({ id }) => id === run.id)),
    ]);
    await queryClient.query({ ...layersQuery(seriesId), staleTime: 0 });
    const isAnnotating = viewportsStore.getState().activeViewportId === annotateViewportId;
    if (!isAnnotating && activeSeriesId() === seriesId && (modelIds.length > 1 || isComparing()))
      layOutComparison(seriesId);
  });
}

/** Whether the viewports are laid out by layer already. */
function isComparing(): boolean {
  const state = viewportsStore.getState();
  const visible = visibleViewportIds(state);
  return visible.length > 1 && visible.some((id) => state.viewports[id]?.primaryLayerId !== undefined);
}

export const isActive = (job: { state: JobView["state"] }): boolean =>
  job.state === "running" || job.state === "waiting";

/** The job that the status line shows and Escape cancels: the one that runs, else the first that waits. */
export function currentJob(jobs: readonly JobView[]): JobView | undefined {
  return jobs.find(({ state }) => state === "running") ?? jobs.find(({ state }) => state === "waiting");
}

export async function cancelJob(jobId: string): Promise<void> {
  await attempt("The job could not be cancelled", () => host.cancelJob(jobId));
}

export async function cancelCurrentJob(): Promise<void> {
  const { pageWork } = useWorkbench.getState();
  if (pageWork) {
    pageWork.cancel();
    return;
  }
  const job = currentJob(queryClient.getQueryData<JobView[]>(queryKeys.jobs) ?? []);
  if (job) await cancelJob(job.id);
}
