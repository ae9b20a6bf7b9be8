import { useEffect, useRef } from "react";
import type { HostEvent, JobView, ModelView, RunView, StudySummary } from "../../host/contract";
import { tellConsensus } from "../actions/consensus";
import { tellExported } from "../actions/export-layer";
import { tellTransfer } from "../archive/transfers";
import { activeSeriesId, compareIfAlone, openSeries } from "../actions/series";
import { keepSession, restoreSession } from "../actions/session";
import { editQueue, followStep, forgetSaved } from "../annotate/commit-edit";
import { trimLabelMaps } from "../annotate/trim-label-maps";
import { listenToHost } from "../api/events";
import { fileName, problemOfNotice, problemsOfJob, problemsOfRun } from "../state/problems";
import { provideToViewports } from "../state/provide";
import { createHostSync } from "../state/host-sync";
import { queryClient, queryKeys, useLayers, useSeries, useStudies, useWorkspace } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { reportProblems, showProblems, useWorkbench, type ProblemAction } from "../state/workbench";
import { counted } from "./format";
import { toast } from "./toast";
import { attempt } from "../actions/report";
import { isActive, runRest } from "../actions/runs";

const show: ProblemAction = { label: "Show", run: showProblems };

/** Jobs that opened something, whose end was told already. */
const told = new Set<string>();

/** What an `open` job found and refused, once it has ended. */
function tellOpened(job: JobView): void {
  if (job.kind === "run" || job.state === "running" || job.state === "waiting" || told.has(job.id)) return;
  told.add(job.id);
  reportProblems(problemsOfJob(job));
  const refused = job.problems.length;
  if (refused > 0) {
    const [only] = job.problems;
    if (refused === 1 && job.total === 1 && only?.file !== undefined)
      toast(`${fileName(only.file)} could not be opened`, show);
    else if (job.total === undefined) toast(`${counted(refused, "file")} refused`, show);
    else toast(`${Math.max(0, job.total - refused)} of ${job.total} files opened`, show);
  }
  const [studyId] = job.studyIds ?? [];
  if (studyId !== undefined) void openStudy(studyId);
}

/** The series that the page showed when it came, before its study was opened to the end. */
let shownFirst: string | undefined;

async function openStudy(studyId: string): Promise<void> {
  await queryClient.refetchQueries({ queryKey: queryKeys.studies });
  const studies = queryClient.getQueryData<StudySummary[]>(queryKeys.studies) ?? [];
  const series = studies.find(({ id }) => id === studyId)?.series ?? [];
  // What is in view already keeps its slice and window: a host that came back opens its files again.
  const shown = series.find(({ id }) => id === activeSeriesId());
  if (shown !== undefined) {
    if (shown.id === shownFirst)
      await attempt("The series could not be laid out", () => compareIfAlone(shown.id));
    shownFirst = undefined;
    return;
  }
  if (series[0]) await openSeries(series[0].id);
}

/** How many failures of a run were told. */
const failuresTold = new Map<string, number>();
const hasFailed = ({ failures }: RunView): boolean => failures.length > 0;

function isNewFailure({ id, failures }: RunView): boolean {
  const isNew = failures.length > (failuresTold.get(id) ?? 0);
  failuresTold.set(id, failures.length);
  return isNew;
}

/** Events that the reader must hear of, beyond what the panels show. */
function tell(event: HostEvent): void {
  if (event.type === "job" && ![tellExported, tellTransfer, tellConsensus].some((tells) => tells(event.job)))
    tellOpened(event.job);
  // At each failure and at the end: not at every slice, or a problem could not be dismissed.
  if (event.type === "run" && (isNewFailure(event.run) || (!isActive(event.run) && hasFailed(event.run)))) {
    const { run } = event;
    const models = queryClient.getQueryData<ModelView[]>(queryKeys.models) ?? [];
    const rest: ProblemAction = { label: "Run the rest", run: () => void runRest(run), settles: true };
    reportProblems(problemsOfRun(run, models).map((problem) => ({ ...problem, actions: [rest] })));
  }
  if (event.type === "engine") {
    const since = event.state === "ready" && useWorkbench.getState().engine.state === "restarting";
    useWorkbench.setState(({ engine }) => ({
      engine: {
        state: event.state,
        ...(event.message !== undefined && { message: event.message }),
        ...(since ? { since: new Date() } : engine.since && { since: engine.since }),
      },
    }));
    if (event.state === "restarting") toast("The engine stopped; a new one is starting", show);
  }
}

let connection: { retry: () => void } | undefined;

/** Tries to reach the host now. */
export const retryConnection = (): void => connection?.retry();

/** Connects the page to the host for as long as it is open. */
export function useHost(): void {
  useEffect(() => {
    const sync = createHostSync(queryClient);
    const endProviding = provideToViewports();
    const endTrimming = trimLabelMaps();
    const listening = listenToHost({
      onEvent: (event) => {
        sync(event);
        tell(event);
        if (event.type === "history") followStep(event.edit);
      },
      onConnection: (state) => {
        const { wasConnected } = useWorkbench.getState();
        useWorkbench.setState({ connection: state, ...(state === "open" && { wasConnected: true }) });
        // Events were missed in between: everything is read again.
        if (state === "open" && wasConnected) {
          editQueue.retry();
          void queryClient.invalidateQueries().then(forgetSaved);
        }
      },
    });
    connection = listening;
    return () => {
      connection = undefined;
      listening.close();
      endTrimming();
      endProviding();
    };
  }, []);
  useOpenFirst();
  useWorkspaceNotices();
  useSpacingNote();
  // The active series' layers are kept even while no panel shows them.
  useLayers(useViewports((state) => activeViewport(state).seriesId));
}

/** Shows what was shown last, where it is open; else the first series, as of the samples. */
function useOpenFirst(): void {
  const studies = useStudies().data;
  const done = useRef(false);
  useEffect(() => {
    const first = studies?.flatMap(({ series }) => series)[0];
    if (done.current || !first) return;
    done.current = true;
    void resumeOr(first.id);
  }, [studies]);
}

async function resumeOr(firstSeriesId: string): Promise<void> {
  if (activeSeriesId() === undefined) {
    const resumed = await attempt("Where you were could not be found again", restoreSession);
    if (resumed !== true && activeSeriesId() === undefined) {
      shownFirst = firstSeriesId;
      await openSeries(firstSeriesId);
    }
  }
  // Not before: the page's first, empty state is not where anybody was.
  keepSession();
}

/** How the workspace opened is told once: that it was recovered, or could not be copied. */
function useWorkspaceNotices(): void {
  const workspace = useWorkspace().data;
  useEffect(() => {
    reportProblems((workspace?.notices ?? []).map(problemOfNotice));
  }, [workspace]);
}

/** Warnings of a series are problems of the mild kind: nothing failed, but figures depend on it. */
function useSpacingNote(): void {
  const series = useSeries(useViewports((state) => activeViewport(state).seriesId)).data;
  useEffect(() => {
    if (!series) return;
    reportProblems(
      series.warnings.map((message) => ({
        id: `series:${series.id}:${message}`,
        severity: "warning",
        title: `About ${series.title}`,
        message,
        code: "SERIES_WARNING",
      })),
    );
  }, [series]);
}
