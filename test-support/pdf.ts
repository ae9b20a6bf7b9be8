import { spawnSync } from "node:child_process";
import { reportMissing } from "./readers";

/** The text of a PDF, page by page, as Poppler's pdftotext reads it; undefined where that is not on this machine. */
export function readPages(pdf: Buffer): string[] | undefined {
  const { status, stdout, error } = spawnSync("pdftotext", ["-layout", "-", "-"], {
    input: pdf,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined) {
    reportMissing("pdftotext of poppler-utils");
    return undefined;
  }
  if (status !== 0) throw new Error("pdftotext cannot read the PDF.");
  // A form feed ends each page.
  return stdout.split("\f").slice(0, -1);
}
