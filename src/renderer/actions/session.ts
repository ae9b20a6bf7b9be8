import type { Session, StudySummary } from "../../host/contract";
import { annotation, useAnnotation } from "../annotate/annotation";
import { annotationSession, resumeAnnotation } from "../annotate/annotation-session";
import { goToWorkplace } from "../annotate/workplaces";
import { host } from "../api/host";
import { queryClient, queryKeys } from "../state/queries";
import { sessionOf } from "../state/viewport-session";
import { viewportsStore } from "../state/viewports";
import { useWorkbench, workplaces } from "../state/workbench";
import { readSeries } from "./series";

/** Where the reader is, as the next start wants it; undefined while no viewport shows anything. */
function currentSession(): Session | undefined {
  const shown = sessionOf(viewportsStore.getState());
  const { workplace } = useWorkbench.getState();
  return shown && { ...shown, workplace, annotation: annotationSession(annotation.get()) };
}

/**
 * Puts everything where it was when the program ended, as far as it is still there.
 * @returns false where nothing of it is: then the page begins as if it were the first time
 */
export async function restoreSession(): Promise<boolean> {
  const session = await host.session();
  if (session === null) return false;
  const studies = queryClient.getQueryData<StudySummary[]>(queryKeys.studies) ?? [];
  const open = new Set(studies.flatMap(({ series }) => series.map(({ id }) => id)));
  const wanted = new Set(session.viewports.map(({ seriesId }) => seriesId).filter((id) => open.has(id)));
  if (wanted.size === 0) return false;
  await Promise.all([...wanted].map(readSeries));
  const workplace = workplaces.find((known) => known === session.workplace);
  viewportsStore.getState().resume(session);
  if (session.annotation) annotation.set(resumeAnnotation(session.annotation));
  if (workplace !== undefined) goToWorkplace(workplace);
  return true;
}

/** Seldom enough for a wheel's turn, often enough that a crash costs no more than that. */
const keepAfterMs = 300;

/**
 * Keeps where the reader is with the host, at most this long after it has changed.
 * @returns the way to end it
 */
export function keepSession(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let kept = "";
  const keep = () => {
    const session = currentSession();
    const text = JSON.stringify(session);
    if (session === undefined || text === kept) return;
    kept = text;
    // What cannot be kept now is kept with the next change; the reader did not ask for it.
    host.keepSession(session).catch(() => (kept = ""));
  };
  // A timer that runs is left alone: somebody who paints without a pause is kept too.
  const wait = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      keep();
    }, keepAfterMs);
  };
  const ends = [viewportsStore.subscribe(wait), useWorkbench.subscribe(wait), useAnnotation.subscribe(wait)];
  return () => {
    clearTimeout(timer);
    for (const end of ends) end();
  };
}
