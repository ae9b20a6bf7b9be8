import { create } from "zustand";
import type { CaseMetricKey } from "../../core/comparison/metric-words";
import type { CostKind } from "../../core/comparison/scenes";

/** By what cases are ordered: how badly they went, their place in the series, how far candidates lie apart, or one's own figure. */
export interface CaseOrder {
  by: "worst" | "case" | "spread" | { model: string };
  isReversed: boolean;
}

/** What the reader chose in the Laboratory. */
export interface LaboratoryState {
  scope: "series" | "study";
  /** The first one where it is not set, or is not there. */
  segment?: string | undefined;
  metric: CaseMetricKey;
  objects: boolean;
  cost: CostKind;
  order: CaseOrder;
  /** Part of a case's name, or of what stands out. */
  filter: string;
  /** The case that is shown large: `caseKeyOf`. */
  caseKey?: string | undefined;
  /** The robustness strip in place of the figures. */
  isRobustnessShown: boolean;
  /** Two candidates that are looked at against each other. */
  pair?: readonly [a: string, b: string] | undefined;
}

export const useLaboratory = create<LaboratoryState>()(() => ({
  scope: "series",
  metric: "dice",
  objects: false,
  cost: "time",
  order: { by: "worst", isReversed: false },
  filter: "",
  isRobustnessShown: false,
}));

/** Orders by something; by the same again, the other way round. */
export function orderBy(by: CaseOrder["by"]): void {
  useLaboratory.setState(({ order }) => ({
    order: { by, isReversed: JSON.stringify(order.by) === JSON.stringify(by) && !order.isReversed },
  }));
}
