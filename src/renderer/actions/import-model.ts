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
import { type IncomingNetwork, isNetwork, takeNetwork, uploadNetwork } from "./network-files";
import { pickFiles } from "./pick-files";
import { attempt } from "./report";

const nameOf = (network: string | IncomingNetwork): string =>
  typeof network === "string" ? fileName(network) : network.main.relativePath;

function failureOf(thrown: unknown): ImportFailure {
  if (thrown instanceof HostError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  return { code: "INTERNAL", message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** Reads a network, by its path on the desktop, and opens the import on what was found in it. */
export async function importModel(network: string | IncomingNetwork): Promise<void> {
  await cancelImport();
  const file = nameOf(network);
  const reading = { state: "reading", file } as const;
  setImport(reading);
  // Whether the reader still waits for this one: many are called model.json.
  const isAwaited = () => useModelImport.getState().current === reading;
  try {
    const path = typeof network === "string" ? network : await uploadNetwork(network);
    const view = await host.beginImport(path);
    if (isAwaited()) setImport({ state: "ready", file, view, card: view.card, saving: false });
    else await host.dropImport(view.id);
  } catch (thrown) {
    if (isAwaited()) setImport({ state: "failed", file, failure: failureOf(thrown) });
  }
}

/** A network among what the reader picks, or what was picked instead: the host says what is wrong with it. */
async function pickNetwork(): Promise<string | IncomingNetwork | undefined> {
  if (desktop) {
    const paths = await desktop.openFiles();
    return paths.find(isNetwork) ?? paths[0];
  }
  const picked = await pickFiles("files", ".onnx,.json,.bin");
  const { network } = await takeNetwork(picked);
  return network ?? (picked[0] && { main: picked[0], shards: [] });
}

/** Imports what the reader picks in the system's own dialog. */
export async function pickAndImport(): Promise<void> {
  await attempt("The model could not be imported", async () => {
    const network = await pickNetwork();
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
