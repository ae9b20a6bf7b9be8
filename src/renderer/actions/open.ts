import type { JobView } from "../../host/contract";
import { desktop } from "../api/bridge";
import { host } from "../api/host";
import { queryClient, queryKeys } from "../state/queries";
import { useWorkbench } from "../state/workbench";
import { importModel } from "./import-model";
import { type IncomingFile, isNetwork, isShard, takeNetwork } from "./network-files";
import { pickFiles } from "./pick-files";
import { attempt } from "./report";

/** Files are sent this many at a time: enough to keep the host busy, few enough to keep memory flat. */
const uploadsAtOnce = 4;

/** Opens files and folders by path. A network among them is imported. */
export async function openPaths(given: readonly string[]): Promise<void> {
  const network = given.find(isNetwork);
  if (network !== undefined) void importModel(network);
  // The host finds the shards of a model.json beside it.
  const isOpened = (path: string) => !isNetwork(path) && !(network !== undefined && isShard(path));
  await openStudies(given.filter(isOpened));
}

/** Progress and what was refused come as events of the job. */
async function openStudies(paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await attempt("The files could not be opened", async () => {
    const job = await host.openStudies(paths);
    queryClient.setQueryData<JobView[]>(queryKeys.jobs, (known = []) =>
      known.some(({ id }) => id === job.id) ? known : [...known, job],
    );
  });
}

/** Sends files to the host, then opens what arrived. In a browser, which knows no paths. */
async function uploadAndOpen(files: readonly IncomingFile[]): Promise<void> {
  const waiting = [...files.entries()];
  // In the order of the folder, whichever arrives first.
  const paths: string[] = [];
  let done = 0;
  const sending = new AbortController();
  const cancel = () => sending.abort();
  const isCancelled = () => sending.signal.aborted;
  const report = () =>
    useWorkbench.setState({ pageWork: { title: "Reading files", done, total: files.length, cancel } });
  report();
  const sendNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !isCancelled(); next = waiting.shift()) {
      const [at, { file, relativePath }] = next;
      paths[at] = await host.upload(file, relativePath);
      done++;
      report();
    }
  };
  try {
    await Promise.all(Array.from({ length: uploadsAtOnce }, sendNext));
  } finally {
    useWorkbench.setState({ pageWork: undefined });
  }
  if (!isCancelled()) await openStudies(paths);
}

/** Opens files that were dropped or picked: by path on the desktop, by their bytes in a browser. */
export async function openIncoming(given: readonly IncomingFile[]): Promise<void> {
  const { network, rest: files } = await takeNetwork(given);
  if (network !== undefined) void importModel(network);
  if (files.length === 0) return;
  await attempt("The files could not be opened", () => uploadAndOpen(files));
}

/** Opens what the reader picks, in the system's own dialog. */
export async function pickAndOpen(kind: "files" | "folder"): Promise<void> {
  await attempt("The files could not be opened", async () => {
    if (!desktop) return openIncoming(await pickFiles(kind));
    return openPaths(kind === "files" ? await desktop.openFiles() : await desktop.openFolder());
  });
}
