import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { foldNetwork } from "../../core/onnx/blocks";
import { wire } from "../../core/onnx/connections";
import type { ModelView, NetworkView } from "../../host/contract";
import { networkQuery, useArchitectures, useModels } from "../state/queries";
import type { NetworkChoice } from "../state/explorer";
import { layersOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { activeViewport } from "../state/viewport-queries";
import type { FoldedNetwork } from "./layout/lay-out";

/** A network's description, and the same folded; what is folded stays the same as long as the description does. */
export function useNetwork(choice: NetworkChoice | undefined): {
  query: UseQueryResult<NetworkView>;
  folded: FoldedNetwork | undefined;
} {
  const query = useQuery({
    ...networkQuery(choice ?? { kind: "architecture", id: "" }),
    enabled: choice !== undefined,
  });
  const view = query.data;
  const folded = useMemo(
    () =>
      view && {
        root: foldNetwork(view.nodes),
        wiring: wire(view.nodes, view.outputs),
        size: view.size,
      },
    [view],
  );
  return { query, folded };
}

/** What is shown until the reader chooses: the model of the open series, else any model, else the first architecture. */
export function useProposedNetwork(): NetworkChoice | undefined {
  const models = useModels().data;
  const architectures = useArchitectures().data;
  const shown = useViewports((state) => {
    const origins = layersOf(state, activeViewport(state).seriesId).map(({ origin }) => origin);
    const origin = origins.find(({ kind }) => kind === "model");
    return origin?.kind === "model" ? origin.modelId : undefined;
  });
  const id = shown ?? models?.[0]?.card.id;
  if (id !== undefined) return { kind: "model", id };
  const [first] = architectures ?? [];
  return models && first && { kind: "architecture", id: first.id };
}

/** The model with which a pane's network can be run on a slice. */
export function useModelOf(choice: NetworkChoice | undefined): ModelView | undefined {
  const models = useModels().data;
  return choice?.kind === "model" ? models?.find(({ card }) => card.id === choice.id) : undefined;
}
