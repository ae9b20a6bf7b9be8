import type { LabelMap } from "../../core/mask/label-map";
import { patchBetween } from "../../core/mask/patch";
import { encodePatches, type FramePatch } from "../../core/mask/patch-wire";
import type { PixelRectangle } from "../../core/mask/rectangle";
import type { EditView, LayerView } from "../../host/contract";
import { attempt } from "../actions/report";
import { host } from "../api/host";
import { fetchLabelMap } from "../api/pixels";
import { queryClient, queryKeys } from "../state/queries";
import { problemOfFailure } from "../state/problems";
import { viewportsStore } from "../state/viewports";
import { reportProblems } from "../state/workbench";
import { labelMapKey, labelMapStore } from "../viewport/label-map-store";
import { rasters } from "../viewport/scene";
import { workingLabelMaps } from "../viewport/working-label-maps";
import { EditQueue } from "./edit-queue";

export interface FrameChange {
  frame: number;
  before: LabelMap;
  after: LabelMap;
  /** Where the two can differ at all; all of the frame unless given. */
  within?: PixelRectangle | undefined;
}

export interface Edit {
  layerId: string;
  /** What was done, for the history: "Brush stroke". */
  title: string;
  /** The segment's value that was drawn, or taken away. */
  segment: number;
  changes: readonly FrameChange[];
}

/** What became of edits that this page knows of already, by id: the host's event on it brings no news. */
const known = new Set<string>();
const knownState = ({ id, isUndone }: Pick<EditView, "id" | "isUndone">) => `${id}/${isUndone}`;

/** The edits of this page on their way to the workspace. */
export const editQueue = new EditQueue({
  send: (edit) => host.commitEdit(edit.layerId, edit),
  onRefused: ({ layerId, title }, error) => {
    reportProblems([problemOfFailure(`${title} could not be kept`, error)]);
    workingLabelMaps.forget(layerId);
  },
});

/**
 * Makes an edit: it is on the screen at once, and on its way to the workspace.
 * @returns false where nothing changed; then there is no step
 */
export function commitEdit({ layerId, title, segment, changes }: Edit): boolean {
  const patches: FramePatch[] = [];
  for (const { frame, before, after, within } of changes) {
    const patch = patchBetween(before, after, within);
    if (patch === undefined) continue;
    patches.push({ frame, patch });
    putInPlace(layerId, frame, after);
  }
  if (patches.length === 0) return false;
  const id = crypto.randomUUID();
  known.add(knownState({ id, isUndone: false }));
  editQueue.add({ id, layerId, title, segment, patches: encodePatches(patches) });
  return true;
}

/** By another identity than before, so that outlines and figures are made anew; its raster is as it was painted. */
function putInPlace(layerId: string, frame: number, after: LabelMap): void {
  const renewed = { ...after };
  if (workingLabelMaps.get(layerId, frame) === after) rasters.rename(after, renewed);
  workingLabelMaps.set(layerId, frame, renewed);
}

function layerOf(layerId: string | undefined): LayerView | undefined {
  return Object.values(viewportsStore.getState().layers)
    .flat()
    .find(({ id }) => id === layerId);
}

/**
 * An annotation's label map as it is now, with every stroke; empty where it has none on this frame.
 * @returns undefined where the host has one that did not arrive yet, or the layer is gone
 */
export function workingLabelMap(layerId: string, frame: number): LabelMap | undefined {
  const working = workingLabelMaps.get(layerId, frame);
  if (working) return working;
  const layer = layerOf(layerId);
  if (!layer) return undefined;
  if (!layer.frames.includes(frame)) return emptyOn(layer, frame);
  const held = labelMapStore.read(labelMapKey({ layerId, frame, revision: layer.revision }));
  return held.state === "ready" ? workingLabelMaps.adopt(layerId, frame, held.value) : undefined;
}

function emptyOn({ id, seriesId }: LayerView, frame: number): LabelMap | undefined {
  const size = viewportsStore.getState().series[seriesId]?.frames[frame];
  if (!size) return undefined;
  const { rows, columns } = size;
  return workingLabelMaps.adopt(id, frame, { rows, columns, values: new Uint8Array(rows * columns) });
}

/** The same, fetched where it must be. Throws HostError. */
export async function readWorkingLabelMap(layerId: string, frame: number): Promise<LabelMap> {
  const there = workingLabelMap(layerId, frame);
  if (there) return there;
  const revision = layerOf(layerId)?.revision ?? 0;
  const fetched = await fetchLabelMap({ layerId, frame, revision });
  // A stroke may have come in between.
  return workingLabelMaps.get(layerId, frame) ?? workingLabelMaps.adopt(layerId, frame, fetched);
}

let busy = false;

/** Whether an edit is under way that is not on this page's masks yet: nothing is painted on them before. */
export const isBusy = (): boolean => busy;

/** Makes an edit that takes time; nothing else is painted or undone meanwhile. Undefined where one is under way. */
export async function whileBusy<Result>(edit: () => Promise<Result>): Promise<Result | undefined> {
  if (busy) return undefined;
  busy = true;
  try {
    return await edit();
  } finally {
    busy = false;
  }
}

/** Steps wait for one another: an undo that is pressed before the last one is on the screen is not lost. */
let lastStep: Promise<unknown> = Promise.resolve();

/**
 * Lets the host make a step of the history, after every edit before it, and shows what it changed. A failure becomes a
 * problem.
 * @param title what could not be done, in words
 * @param step  answers with the step, or undefined where there was none
 */
export function performStep(
  title: string,
  step: () => Promise<EditView | undefined>,
): Promise<EditView | undefined> {
  const performed = lastStep.then(() =>
    whileBusy(async () => {
      const made = await attempt(title, () => editQueue.run(step));
      if (made && !known.has(knownState(made))) await showStep(made);
      return made;
    }),
  );
  lastStep = performed;
  return performed;
}

/** Reads a layer again, then those label maps of it that a step changed. */
async function showStep(step: EditView): Promise<void> {
  known.add(knownState(step));
  known.delete(knownState({ ...step, isUndone: !step.isUndone }));
  const { layerId } = step;
  const seriesId = layerOf(layerId)?.seriesId;
  // A measurement changes no mask.
  if (layerId === undefined || seriesId === undefined) return;
  await attempt("The layer could not be read", async () => {
    queryClient.setQueryData(queryKeys.layers(seriesId), await host.layers(seriesId));
    const revision = layerOf(layerId)?.revision ?? 0;
    for (const frame of step.frames) {
      if (workingLabelMaps.get(layerId, frame) === undefined) continue;
      const labelMap = await fetchLabelMap({ layerId, frame, revision });
      workingLabelMaps.set(layerId, frame, labelMap);
    }
  });
}

/** Hears of a step that the host made: where it was not this page's, what it changed is read again. */
export function followStep(step: EditView): void {
  const isNews = !known.has(knownState(step));
  known.delete(knownState({ ...step, isUndone: !step.isUndone }));
  if (isNews) void showStep(step);
}

/** Events were missed: what is saved may have been changed by somebody else meanwhile. Call when layers were read again. */
export function forgetSaved(): void {
  if (editQueue.state.getState().waiting === 0) workingLabelMaps.forgetAll();
}
