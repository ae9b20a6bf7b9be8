import { join } from "node:path";
import type { ComparisonRecord } from "../../core/comparison/record";
import { writeFileAtomically } from "../atomic-file";
import { drawComparisonSheet } from "./comparison-sheet";
import type { CasePictures } from "./pictures";
import { type ReportSources, writeReport } from "./report/write-report";
import { formatComparisonTable } from "./table";

/** Where a comparison's results lie. */
export interface ComparisonFiles {
  json: string;
  csv: string;
  report: string;
  /** Absent where nothing was measured. */
  sheet?: string;
}

export interface WriteComparisonOptions {
  pictures: CasePictures;
  /** Leaves patients' names in the paths that the report shows. */
  withNames: boolean;
  robustness?: ReportSources["robustness"];
}

/** Writes `comparison.json`, `comparison.csv`, `report.html` and `contact-sheet.png` into a folder. */
export async function writeComparison(
  folder: string,
  record: ComparisonRecord,
  { pictures, withNames, robustness }: WriteComparisonOptions,
): Promise<ComparisonFiles> {
  const files: ComparisonFiles = {
    json: join(folder, "comparison.json"),
    csv: join(folder, "comparison.csv"),
    report: join(folder, "report.html"),
  };
  await writeFileAtomically(files.json, `${JSON.stringify(record, undefined, 1)}\n`);
  await writeFileAtomically(files.csv, formatComparisonTable(record));
  await writeFileAtomically(
    files.report,
    await writeReport(record, { folder, pictures, withNames, robustness }),
  );
  if (record.cases.length > 0) {
    files.sheet = join(folder, "contact-sheet.png");
    await writeFileAtomically(files.sheet, await drawComparisonSheet(record, { folder, pictures }));
  }
  return files;
}
