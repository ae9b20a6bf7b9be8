import { resolve } from "node:path";
import { notableCases, type Notability } from "../../../core/comparison/notable-cases";
import type { ComparisonCase, ComparisonRecord } from "../../../core/comparison/record";
import { majorityVote } from "../../../core/consensus/vote";
import type { Frame } from "../../../core/image/frame";
import type { LabelMap } from "../../../core/mask/label-map";
import { readLabelMap } from "../../label-map-files";
import { drawCell, type PictureCell } from "../picture-cell";
import type { CasePictures } from "../pictures";

/** A case in pictures, each as a data URI. */
export interface CaseStrip {
  why: Notability;
  of: ComparisonCase;
  picture: string;
  answers: { model: string; image: string }[];
}

/** Width and height of a thumbnail where it is shown, in px. */
const shownPx = 180;

/**
 * Draws the notable cases: the slice with the reference, then each candidate's difference to the reference, or to
 * the majority of all where there is none. Cases without a picture are left out.
 */
export async function drawStrips(
  record: ComparisonRecord,
  { folder, pictures }: { folder: string; pictures: CasePictures },
): Promise<CaseStrip[]> {
  const strips: CaseStrip[] = [];
  for (const { why, case: of } of notableCases(record)) {
    const frame = await pictures.frame(of);
    if (frame === undefined) continue;
    const reference = await pictures.reference(of);
    const maps = await Promise.all(
      of.results.map(
        ({ model, output }) => pictures.answer?.(of, model) ?? readLabelMap(resolve(folder, output)),
      ),
    );
    const against = reference ?? majorityOf(maps);
    strips.push({
      why,
      of,
      picture: await imageOf({ kind: "picture", ...(reference && { reference }) }, frame),
      answers: await Promise.all(
        maps.map(async (layer, index) => ({
          model: of.results[index]!.model,
          image: await imageOf({ kind: "difference", layer, against }, frame),
        })),
      ),
    });
  }
  return strips;
}

function majorityOf(maps: readonly LabelMap[]): LabelMap {
  const [first] = maps;
  return {
    rows: first!.rows,
    columns: first!.columns,
    values: majorityVote(maps.map(({ values }) => values)),
  };
}

async function imageOf(cell: PictureCell, frame: Frame): Promise<string> {
  return `data:image/webp;base64,${(await drawCell(cell, frame, shownPx)).toString("base64")}`;
}
