import { create } from "zustand";
import type { ModelCard } from "../../core/model-card";
import type { ImportView } from "../../host/contract";

/** What went wrong with a network, as the host says it. */
export interface ImportFailure {
  code: string;
  message: string;
  hint?: string | undefined;
}

/** A network on its way in, and how far it is. */
export type ModelImport =
  | { state: "none" }
  | { state: "reading"; file: string }
  | { state: "failed"; file: string; failure: ImportFailure }
  | {
      state: "ready";
      file: string;
      view: ImportView;
      /** As it stands now; the proposal with what the reader changed. */
      card: ModelCard;
      saving: boolean;
      /** Why it could not become a model. */
      failure?: ImportFailure | undefined;
    };

/** The one network that is on its way in. */
export const useModelImport = create<{ current: ModelImport }>()(() => ({ current: { state: "none" } }));

export const setImport = (current: ModelImport): void => useModelImport.setState({ current });

/** Changes the card of the network that is on its way in. */
export function changeImportCard(change: (card: ModelCard) => ModelCard): void {
  const { current } = useModelImport.getState();
  if (current.state === "ready") setImport({ ...current, card: change(current.card), failure: undefined });
}
