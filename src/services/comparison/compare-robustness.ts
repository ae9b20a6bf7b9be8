import { spreadOver } from "../../core/comparison/robustness";
import type { ComparisonRecord } from "../../core/comparison/record";
import { layerBadge } from "../../core/mask/layer-colours";
import type { Engine } from "../../engine/engine";
import { openImage } from "../../formats/open";
import type { ScannedInputs } from "../inputs";
import type { StoredModel } from "../models";
import { relativeInput } from "../output-names";
import { type BatchProgress, RateMeter } from "../progress";
import type { CasePictures } from "./pictures";
import { type MeasuredRobustness, measureRobustness, type RobustnessSlice } from "./robustness";

/** So many slices, evenly spread over the cases. */
const mostSlices = 10;
/** The same noise for everybody. */
const seed = 1;

interface ComparedCases {
  inputs: ScannedInputs;
  models: readonly StoredModel[];
  pictures: CasePictures;
}

/**
 * The robustness of a comparison's models on slices spread over its cases.
 * @returns undefined where nothing was compared
 */
export async function robustnessOf(
  { cases, segments }: Pick<ComparisonRecord, "cases" | "segments">,
  { inputs, models, pictures }: ComparedCases,
  {
    startEngine,
    signal,
    onProgress,
  }: {
    startEngine: () => Engine;
    signal: AbortSignal | undefined;
    onProgress: (progress: BatchProgress) => void;
  },
): Promise<MeasuredRobustness | undefined> {
  const chosen = spreadOver(cases, mostSlices);
  if (chosen.length === 0) return undefined;
  const slices = await Promise.all(
    chosen.map(async (of): Promise<RobustnessSlice> => {
      const { file, frame, geometry } = inputs.series[of.series]!.frames.find(
        (each) => each.frame === of.frame && relativeInput(each) === of.input,
      )!;
      return { input: of.input, frame: { file, frame }, geometry, reference: await pictures.reference(of) };
    }),
  );
  const engine = startEngine();
  let meter: RateMeter | undefined;
  try {
    return await measureRobustness(
      {
        models: models.map((model, index) => ({ ...model, colour: layerBadge(index).colour })),
        slices,
        shown: Math.floor(slices.length / 2),
        segments: segments.map(({ concept, ...segment }) => ({ ...segment, ...(concept && { concept }) })),
        seed,
      },
      {
        engine,
        decode: async ({ file, frame }) => (await openImage(file)).readFrame(frame),
        signal,
        onProgress: (done, total) => {
          meter ??= new RateMeter(total);
          if (done > 0) onProgress(meter.finish("worked"));
        },
      },
    );
  } finally {
    await engine.close();
  }
}
