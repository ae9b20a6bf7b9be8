import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { LayerView, SegmentMeasure } from "../../../host/contract";
import { measuresQuery } from "../../state/queries";

/** A layer has another revision with every stroke: what was measured before is not kept for long. */
const keptMs = 5_000;

/**
 * What a layer's segments measure on a slice and altogether, anew with each stroke that is saved; the host counts the
 * changed slice alone. Until the answer is here, the figures are those before.
 */
export function useSegmentMeasures(
  layer: LayerView | undefined,
  frame: number,
): (value: number) => SegmentMeasure | undefined {
  const { data } = useQuery({
    ...measuresQuery(layer ?? { id: "", revision: 0 }, frame),
    enabled: layer !== undefined,
    placeholderData: keepPreviousData,
    gcTime: keptMs,
  });
  return (value) => data?.find((measure) => measure.value === value);
}
