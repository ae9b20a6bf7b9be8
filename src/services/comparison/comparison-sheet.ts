import { resolve } from "node:path";
import { meanDice } from "../../core/comparison/notable-cases";
import { caseName } from "../../core/comparison/case-name";
import type { ComparisonCase, ComparisonRecord } from "../../core/comparison/record";
import { layerBadge } from "../../core/mask/layer-colours";
import type { LabelMap } from "../../core/mask/label-map";
import { readLabelMap } from "../label-map-files";
import { drawContactSheet, type SheetCell, type SheetRow } from "./contact-sheet";
import { differenceColours } from "./picture-cell";
import type { CasePictures } from "./pictures";

/** A sheet that one sees at a glance. */
const mostRows = 8;
const mostModels = 4;

interface SheetSources {
  /** To which the record's outputs are relative. */
  folder: string;
  pictures: CasePictures;
}

/**
 * The contact sheet of a comparison: slice, each candidate's mask, and the difference between the first two, for the
 * cases on which they disagree most.
 * @returns a PNG
 */
export async function drawComparisonSheet(
  { models, cases }: Pick<ComparisonRecord, "models" | "cases">,
  sources: SheetSources,
): Promise<Uint8Array> {
  const shown = models.slice(0, mostModels);
  const disputed = [...cases]
    .filter(({ slices = 1 }) => slices === 1)
    .sort((a, b) => (b.disagreement ?? 0) - (a.disagreement ?? 0))
    .slice(0, mostRows);
  const rows = await Promise.all(
    disputed.map((each) =>
      sheetRow(
        each,
        shown.map(({ id }) => id),
        sources,
      ),
    ),
  );
  const [a, b] = [layerBadge(0).letter, layerBadge(1).letter];
  return drawContactSheet({
    title: shown.length > 1 ? "Where the models disagree most" : (shown[0]?.name ?? ""),
    columns: [
      { title: "Slice" },
      ...shown.map(({ name }, index) => ({ title: name, badge: layerBadge(index) })),
      ...(shown.length > 1 ? [{ title: `Difference ${a} to ${b}` }] : []),
    ],
    rows: rows.flatMap((row) => row ?? []),
    legend:
      shown.length > 1
        ? [
            { colour: differenceColours.agreed, meaning: "both" },
            { colour: differenceColours.tooMuch, meaning: `${a} alone` },
            { colour: differenceColours.missed, meaning: `${b} alone` },
          ]
        : [],
    note: `${rows.length} of ${cases.length} frames. Demonstration, not for clinical use.`,
  });
}

async function sheetRow(
  each: ComparisonCase,
  models: readonly string[],
  { folder, pictures }: SheetSources,
): Promise<SheetRow | undefined> {
  const frame = await pictures.frame(each);
  if (frame === undefined) return undefined;
  const maps = await Promise.all(
    models.map(async (model) => {
      const result = each.results.find((one) => one.model === model);
      return result === undefined ? undefined : readLabelMap(resolve(folder, result.output));
    }),
  );
  const cells = maps.map((labelMap, index): SheetCell => {
    const dice = meanDice(each, models[index]!);
    if (labelMap === undefined) return { kind: "picture" };
    const caption = dice === undefined ? {} : { caption: `Dice ${dice.toFixed(3)}` };
    return { kind: "layer", labelMap, colour: layerBadge(index).colour, ...caption };
  });
  return {
    caption: caseName(each),
    frame,
    cells: [{ kind: "picture" }, ...cells, ...differenceCell(each, maps)],
  };
}

/** Of the first two; the picture alone where one of them has no label map, nothing where there is but one. */
function differenceCell(
  { disagreement = 0 }: ComparisonCase,
  maps: readonly (LabelMap | undefined)[],
): SheetCell[] {
  const [layer, against] = maps;
  if (maps.length < 2) return [];
  if (layer === undefined || against === undefined) return [{ kind: "picture" }];
  return [{ kind: "difference", layer, against, caption: `${(disagreement * 100).toFixed(1)} % apart` }];
}
