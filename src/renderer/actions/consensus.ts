import type { z } from "zod";
import { consensusNames } from "../../core/consensus/consensus-origin";
import type { JobView, makeConsensusSchema } from "../../host/contract";
import { host } from "../api/host";
import { toast } from "../app/toast";
import { problemsOfJob } from "../state/problems";
import { queryClient, queryKeys } from "../state/queries";
import { viewportsStore } from "../state/viewports";
import { reportProblems, showProblems, useWorkbench } from "../state/workbench";
import { attempt } from "./report";

/** Consensuses that this page asked for, by job. */
const asked = new Map<string, z.input<typeof makeConsensusSchema>>();

/** Makes a layer of what several find together; it is selected once it is there. */
export async function makeConsensus(request: z.input<typeof makeConsensusSchema>): Promise<void> {
  await attempt("The consensus could not be made", async () => {
    const job = await host.makeConsensus(request);
    asked.set(job.id, request);
    // A short one may be over before its own answer is here.
    const known = queryClient.getQueryData<JobView[]>(queryKeys.jobs)?.find(({ id }) => id === job.id);
    if (known) tellConsensus(known);
  });
}

/** Says how a consensus ended. @returns whether the job is one that this page asked for */
export function tellConsensus(job: JobView): boolean {
  const request = asked.get(job.id);
  if (!request || job.state === "running" || job.state === "waiting") return request !== undefined;
  asked.delete(job.id);
  reportProblems(problemsOfJob(job));
  const { layerId } = job;
  if (layerId !== undefined) {
    useWorkbench.setState({ selectedLayerId: layerId });
    const { activeViewportId, showLayer } = viewportsStore.getState();
    toast(`${consensusNames[request.method]} added`, {
      label: "Show",
      run: () => showLayer(activeViewportId, layerId),
    });
  } else if (job.state === "failed")
    toast("The consensus could not be made", { label: "Show", run: showProblems });
  return true;
}
