import { modelIdOf } from "../../core/model-import/propose";
import type { ModelView } from "../../host/contract";
import { desktop } from "../api/bridge";
import { host } from "../api/host";
import { HostError, isAbort } from "../api/request";
import { toast } from "../app/toast";
import { fileName } from "../state/problems";
import { queryClient, queryKeys } from "../state/queries";
import { type ImportFailure, setImport, useModelImport } from "../state/model-import";
import { toggleModel, useWorkbench } from "../state/workbench";
import { attempt } from "./report";

/** Where a network comes from: a path on the desktop, bytes in a browser. */
export type NetworkFile = string | File;

const nameOf = (file: NetworkFile): string => (typeof file === "string" ? fileName(file) : file.name);

export const isNetwork = (name: string): boolean => /\.onnx$/i.test(name);

function failureOf(thrown: unknown): ImportFailure {
  if (thrown instanceof HostError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  return { code: "INTERNAL", message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** Whether this file is still the one that the reader waits for. */
const isAwaited = (file: string): boolean => {
  const { current } = useModelImport.getState();
  return current.state === "reading" && current.file === file;
};

/** Reads a network and opens the import on what was found in it. */
export async function importModel(network: NetworkFile): Promise<void> {
  await cancelImport();
  const file = nameOf(network);
  setImport({ state: "reading", file });
  try {
    const path = typeof network === "string" ? network : await host.upload(network, network.name);
    const view = await host.beginImport(path);
    if (isAwaited(file)) setImport({ state: "ready", file, view, card: view.card, saving: false });
    else await host.dropImport(view.id);
  } catch (thrown) {
    if (isAwaited(file)) setImport({ state: "failed", file, failure: failureOf(thrown) });
  }
}

function pickNetwork(): Promise<File | undefined> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".onnx";
  return new Promise((resolve) => {
    input.addEventListener("cancel", () => resolve(undefined));
    input.addEventListener("change", () => resolve(input.files?.[0]));
    input.click();
  });
}

/** Imports what the reader picks in the system's own dialog. */
export async function pickAndImport(): Promise<void> {
  await attempt("The model could not be imported", async () => {
    const network = desktop ? (await desktop.openFiles())[0] : await pickNetwork();
    if (network !== undefined) await importModel(network);
  });
}

/** Lets go of the network that is on its way in. */
export async function cancelImport(): Promise<void> {
  const { current } = useModelImport.getState();
  setImport({ state: "none" });
  if (current.state !== "ready") return;
  try {
    await host.dropImport(current.view.id);
  } catch (thrown) {
    // What the host keeps too long it removes by itself; nobody waits for this.
    if (!isAbort(thrown)) console.warn(thrown);
  }
}

/** Makes the network a model under the card as it stands, and chooses it for the next run. */
export async function finishImport(): Promise<void> {
  const { current } = useModelImport.getState();
  if (current.state !== "ready") return;
  setImport({ ...current, saving: true, failure: undefined });
  try {
    const { card } = current;
    const isRenamed = card.name !== current.view.card.name;
    const model = await host.finishImport(current.view.id, {
      ...card,
      ...(isRenamed && { id: freeId(modelIdOf(card.name)) }),
    });
    setImport({ state: "none" });
    await queryClient.invalidateQueries({ queryKey: queryKeys.models });
    toggleModel(model.card.id);
    toast(`${model.card.name} is one of your models now`);
  } catch (thrown) {
    setImport({ ...current, saving: false, failure: failureOf(thrown) });
  }
}

function freeId(wanted: string): string {
  const known = queryClient.getQueryData<ModelView[]>(queryKeys.models) ?? [];
  const taken = new Set(known.map(({ card }) => card.id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** Takes an imported model away, with its file; what is shown then can bring it back. */
export async function removeModel({ card }: ModelView): Promise<void> {
  await attempt("The model could not be removed", async () => {
    await host.removeModel(card.id);
    if (useWorkbench.getState().chosenModelIds.includes(card.id)) toggleModel(card.id);
    await queryClient.invalidateQueries({ queryKey: queryKeys.models });
    toast(`${card.name} was removed`, {
      label: "Undo",
      run: () =>
        void attempt("The model could not be brought back", async () => {
          await host.restoreModel(card.id);
          await queryClient.invalidateQueries({ queryKey: queryKeys.models });
        }),
    });
  });
}
