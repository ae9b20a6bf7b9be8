import type { LayerView } from "../../host/contract";
import { desktop } from "../api/bridge";
import { host } from "../api/host";
import { queryClient, queryKeys } from "../state/queries";
import { toast } from "../app/toast";
import { pickFiles } from "./pick-files";
import { attempt } from "./report";
import { activeSeriesId } from "./series";

/** Puts a layer in place on the page before the host says so. */
export function replaceLayer(layer: LayerView): void {
  queryClient.setQueryData<LayerView[]>(queryKeys.layers(layer.seriesId), (known) =>
    known?.map((other) => (other.id === layer.id ? layer : other)),
  );
}

/** Changes a layer at once on the page, and on the host after; a refusal puts it back. */
export async function changeLayer(
  layer: LayerView,
  change: Partial<Pick<LayerView, "name" | "colour" | "visible">>,
): Promise<void> {
  replaceLayer({ ...layer, ...change });
  const changed = await attempt("The layer could not be changed", () => host.changeLayer(layer.id, change));
  replaceLayer(changed ?? layer);
}

/** Removes a layer; an annotation can be brought back, at once and later. */
export async function removeLayer(layer: LayerView): Promise<void> {
  await attempt("The layer could not be removed", async () => {
    await host.removeLayer(layer.id);
    const undo = { label: "Undo", run: () => void restoreLayer(layer) };
    toast(`${layer.name} removed`, layer.origin.kind === "annotation" ? undo : undefined);
  });
}

/** Brings a removed annotation back, with every stroke and its history. */
export async function restoreLayer({ id, seriesId }: LayerView): Promise<void> {
  await attempt("The annotation could not be restored", async () => {
    await host.restoreLayer(id);
    await queryClient.invalidateQueries({ queryKey: queryKeys.layers(seriesId) });
    await queryClient.invalidateQueries({ queryKey: queryKeys.history(seriesId) });
  });
}

/** Lets the reader pick label maps that become the active series' reference. */
export async function pickReference(): Promise<void> {
  const seriesId = activeSeriesId();
  if (seriesId === undefined) return;
  await attempt("The reference could not be loaded", async () => {
    const paths = desktop ? await desktop.openFiles() : await uploadPicked();
    if (paths.length === 0) return;
    const { warnings } = await host.loadReference({ seriesId, paths });
    await queryClient.invalidateQueries({ queryKey: queryKeys.layers(seriesId) });
    await queryClient.invalidateQueries({ queryKey: queryKeys.comparison(seriesId) });
    toast(["Reference loaded.", ...warnings].join(" "));
  });
}

async function uploadPicked(): Promise<string[]> {
  const files = await pickFiles("files");
  return Promise.all(files.map(({ file, relativePath }) => host.upload(file, relativePath)));
}
