import { create } from "zustand";
import type { ReviewState } from "../../core/review";
import type { SuitabilityWarning } from "../../host/contract";
import type { Connection } from "../api/events";

/** Something that went wrong, or needs to be known, until the reader dismisses it. */
export interface Problem {
  /** The same fault has the same id: it is shown once, however often it is reported. */
  id: string;
  severity: "error" | "warning";
  /** A few words: "One file was refused". */
  title: string;
  /** What happened to which file, what is safe. */
  message: string;
  /** What to do about it. */
  hint?: string;
  file?: string;
  /** All files of the same fault, where there are many. */
  files?: readonly string[];
  code: string;
  /** Further lines under Details: the system's own words, ids. */
  details?: readonly string[];
  /** What the page can do about it, the recommended one first. */
  actions?: readonly ProblemAction[];
}

export interface ProblemAction {
  label: string;
  run: () => void;
  /** The problem goes when it is done; should it fail, that is a problem of its own. */
  settles?: true;
}

/** A run that waits for the reader's word, because a model may not suit the series. */
export interface PendingRun {
  seriesId: string;
  modelIds: readonly string[];
  frames?: readonly number[];
  warnings: readonly SuitabilityWarning[];
}

/** Work that the page itself does, with the status line's progress: files on their way to the host, a region that grows. */
interface PageWork {
  title: string;
  done: number;
  /** Absent while unknown. */
  total?: number;
  cancel: () => void;
}

/** The screens between which the application bar switches. */
export const workplaces = ["compare", "annotate", "laboratory", "architectures"] as const;
export type Workplace = (typeof workplaces)[number];

export type Dialog = "archive" | "settings" | "shortcuts" | "deidentify" | "export" | "consensus";
type SeriesPanel = "studies" | "review";

/** What the page itself remembers while it is open; what viewports show is in viewports.ts. */
export interface WorkbenchState {
  workplace: Workplace;
  connection: Connection;
  /** Set once a connection stood: a page that never connected shows the same banner with other words. */
  wasConnected: boolean;
  engine: { state: "ready" | "restarting"; since?: Date; message?: string };
  problems: readonly Problem[];
  inspectorView: "series" | "problems";
  studiesShown: boolean;
  /** What the panel of series shows of them, by workplace. */
  seriesPanels: Readonly<Record<Workplace, SeriesPanel>>;
  /** Only series in this state are in the queue; without it, all. */
  reviewFilter?: ReviewState | undefined;
  mostDisputedFirst: boolean;
  inspectorShown: boolean;
  /** The inspector as a drawer, where the window is too narrow for a panel. */
  drawerOpen: boolean;
  dialog?: Dialog | undefined;
  chosenModelIds: readonly string[];
  runScope: "slice" | "series";
  measureScope: "slice" | "series";
  selectedLayerId?: string | undefined;
  pendingRun?: PendingRun | undefined;
  pageWork?: PageWork | undefined;
  /** Text of the studies panel's filter; undefined while the filter is closed. */
  studyFilter?: string | undefined;
}

export const useWorkbench = create<WorkbenchState>()(() => ({
  workplace: "compare",
  connection: "connecting",
  wasConnected: false,
  engine: { state: "ready" },
  problems: [],
  inspectorView: "series",
  studiesShown: true,
  seriesPanels: { compare: "studies", annotate: "review", laboratory: "studies", architectures: "studies" },
  mostDisputedFirst: false,
  inspectorShown: true,
  drawerOpen: false,
  chosenModelIds: [],
  runScope: "slice",
  measureScope: "slice",
}));

const set = useWorkbench.setState;

/** Adds problems, newest first; one that is known already moves up. */
export function reportProblems(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const ids = new Set(problems.map((problem) => problem.id));
  set((state) => ({ problems: [...problems, ...state.problems.filter(({ id }) => !ids.has(id))] }));
}

export function dismissProblem(id: string): void {
  set((state) => {
    const problems = state.problems.filter((problem) => problem.id !== id);
    return { problems, ...(problems.length === 0 && { inspectorView: "series" as const }) };
  });
}

export function showProblems(): void {
  set({ inspectorView: "problems", inspectorShown: true, drawerOpen: true });
}

/** Chooses a model for the next run, or takes it out of the choice. */
export function toggleModel(id: string): void {
  set(({ chosenModelIds }) => ({
    chosenModelIds: chosenModelIds.includes(id)
      ? chosenModelIds.filter((chosen) => chosen !== id)
      : [...chosenModelIds, id],
  }));
}

/** Shows the review queue in place of the studies, or the studies again, in this workplace. */
export function toggleReviewQueue(): void {
  set(({ workplace, seriesPanels }) => ({
    studiesShown: true,
    seriesPanels: {
      ...seriesPanels,
      [workplace]: seriesPanels[workplace] === "review" ? "studies" : "review",
    },
  }));
}
