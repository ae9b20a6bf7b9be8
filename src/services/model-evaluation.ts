import type { LabelMap } from "../core/mask/label-map";
import { type MaskMetrics, measureLabelMaps, meanMetric, type MetricKey } from "../core/metrics/measure";
import type { ModelCard } from "../core/model-card";
import type { Engine } from "../engine/engine";

/** A picture with what a reader marked on it. */
export interface LabelledPicture {
  file: string;
  /** Frame of the file. */
  frame: number;
  /** What the picture is of: figures are also given by such group. */
  group: string;
  reference: LabelMap;
}

/** What one picture scored. */
interface PictureScore {
  group: string;
  /** By segment value. */
  segments: Map<number, MaskMetrics>;
}

/** Figures of a model over labelled pictures, as they stand on its card. */
export interface ModelEvaluation {
  images: number;
  /** By segment label; a mean over the pictures where the metric is defined. */
  segments: NonNullable<ModelCard["evaluation"]>["segments"];
  /** Mean Dice over all segments, by group. */
  groups: Record<string, { images: number; dice: number | null }>;
}

/**
 * Measures a model through the product's own pipeline: each picture from its file to a label map on its own
 * grid, against the reference. Lengths are in px.
 * @param folder holds model.json and the weights
 */
export async function evaluateModel(
  engine: Engine,
  { folder, card }: { folder: string; card: Pick<ModelCard, "output"> },
  pictures: readonly LabelledPicture[],
): Promise<ModelEvaluation> {
  const values = card.output.segments.map(({ value }) => value);
  const scores: PictureScore[] = [];
  for (const { file, frame, group, reference } of pictures) {
    const { rows, columns, labelMap } = await engine.segment({ model: { folder }, frame: { file, frame } });
    const predicted = { rows, columns, values: labelMap };
    scores.push({ group, segments: measureLabelMaps(predicted, reference, { segments: values }) });
  }
  const groups = [...new Set(scores.map(({ group }) => group))].sort();
  return {
    images: scores.length,
    segments: Object.fromEntries(
      card.output.segments.map(({ value, label }) => [
        label,
        {
          dice: mean(scores, [value], "dice"),
          iou: mean(scores, [value], "iou"),
          hd95: mean(scores, [value], "hd95"),
        },
      ]),
    ),
    groups: Object.fromEntries(
      groups.map((group) => {
        const own = scores.filter((score) => score.group === group);
        return [group, { images: own.length, dice: mean(own, values, "dice") }];
      }),
    ),
  };
}

function mean(scores: readonly PictureScore[], segments: readonly number[], key: MetricKey): number | null {
  return meanMetric(
    scores.flatMap((score) => segments.map((value) => score.segments.get(value)!.metrics[key])),
  ).value;
}
