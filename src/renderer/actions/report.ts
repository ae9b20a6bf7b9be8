import { isAbort } from "../api/request";
import { problemOfFailure } from "../state/problems";
import { reportProblems, showProblems } from "../state/workbench";
import { toast } from "../app/toast";

/**
 * Runs something that the reader asked for; a failure becomes a problem and a toast, a cancel becomes nothing.
 * @param title what could not be done, in words: "The study could not be opened"
 */
export async function attempt<Result>(
  title: string,
  action: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await action();
  } catch (thrown) {
    if (isAbort(thrown)) return undefined;
    reportProblems([problemOfFailure(title, thrown)]);
    toast(title, { label: "Show", run: showProblems });
    return undefined;
  }
}
