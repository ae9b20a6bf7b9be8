import type { JobView } from "../../host/contract";
import { desktop } from "../api/bridge";
import { host } from "../api/host";
import { queryClient, queryKeys } from "../state/queries";
import { useWorkbench } from "../state/workbench";
import { importModel, isNetwork } from "./import-model";
import { attempt } from "./report";

/** A file on its way in, and where it lay in the folder that was dropped. */
export interface IncomingFile {
  file: File;
  /** With `/` between folders, beginning with the dropped folder's name. */
  relativePath: string;
}

/** Files are sent this many at a time: enough to keep the host busy, few enough to keep memory flat. */
const uploadsAtOnce = 4;

/** Opens files and folders by path; progress and what was refused come as events of the job. A network is imported. */
export async function openPaths(given: readonly string[]): Promise<void> {
  const paths = given.filter((path) => !isNetwork(path));
  const network = given.find(isNetwork);
  if (network !== undefined) void importModel(network);
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
  if (!isCancelled()) await openPaths(paths);
}

/** Opens files that were dropped or picked: by path on the desktop, by their bytes in a browser. */
export async function openIncoming(given: readonly IncomingFile[]): Promise<void> {
  // A network inside a folder of images was not meant: only one that was given by itself is imported.
  const network = given.find(({ file, relativePath }) => isNetwork(file.name) && !relativePath.includes("/"));
  if (network !== undefined) void importModel(network.file);
  const files = given.filter(({ file }) => !isNetwork(file.name));
  if (files.length === 0) return;
  await attempt("The files could not be opened", () => uploadAndOpen(files));
}

/** Lets the reader pick files or a folder in the browser; nothing where the dialog was closed. */
export function pickFiles(kind: "files" | "folder"): Promise<IncomingFile[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = kind === "folder";
  return new Promise((resolve) => {
    input.addEventListener("cancel", () => resolve([]));
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      resolve(
        files.map((file) => ({
          file,
          relativePath: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
        })),
      );
    });
    input.click();
  });
}

/** Opens what the reader picks, in the system's own dialog. */
export async function pickAndOpen(kind: "files" | "folder"): Promise<void> {
  await attempt("The files could not be opened", async () => {
    if (!desktop) return openIncoming(await pickFiles(kind));
    return openPaths(kind === "files" ? await desktop.openFiles() : await desktop.openFolder());
  });
}
