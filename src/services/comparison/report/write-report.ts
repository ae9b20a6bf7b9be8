import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { ComparisonRecord } from "../../../core/comparison/record";
import type { CasePictures } from "../pictures";
import type { MeasuredRobustness } from "../robustness";
import { hidePersons } from "./hide-persons";
import { renderReport } from "./page";
import { drawStrips } from "./thumbnails";

/** The page's own typeface, so that a report looks the same on every machine. */
const fontFile = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";

export interface ReportSources {
  /** To which the record's outputs are relative. */
  folder: string;
  pictures: CasePictures;
  withNames: boolean;
  /** The robustness strip's pictures, by model. */
  robustness?: MeasuredRobustness["pictures"] | undefined;
}

/** `report.html`: one file that opens offline and prints, with pictures and typeface inside. */
export async function writeReport(
  record: ComparisonRecord,
  { folder, pictures, withNames, robustness }: ReportSources,
): Promise<string> {
  const strips = await drawStrips(record, { folder, pictures });
  const shown = withNames ? record : hidePersons(record, await pictures.persons());
  // Strips hold cases of the record itself; those that are shown have the same places.
  const places = new Map(record.cases.map((each, index) => [each, shown.cases[index]!]));
  const font = await readFile(createRequire(import.meta.url).resolve(fontFile));
  return renderReport({
    record: shown,
    strips: strips.map((strip) => ({ ...strip, of: places.get(strip.of)! })),
    ...(robustness && { robustness }),
    font: `data:font/woff2;base64,${font.toString("base64")}`,
  });
}
