import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { app, BrowserWindow, dialog, type WebContents } from "electron";
import { SlicebenchError } from "../core/errors";
import { appOrigin } from "./scheme";
import { confinedPage } from "./window";

/**
 * Prints the report of a comparison, as the host draws it, into a file that the reader names.
 * @param page which asks; the dialog belongs to its window
 * @param query of `GET /api/comparisons/page`
 * @returns the file's path; "" where the reader cancelled
 * @throws REPORT_NOT_PRINTED
 */
export async function savePdf(query: string, page: WebContents): Promise<string> {
  const window = BrowserWindow.fromWebContents(page);
  const options = {
    title: "Save as PDF",
    defaultPath: join(app.getPath("documents"), "report.pdf"),
    filters: [{ name: "PDF", extensions: ["pdf"] }],
  };
  const { canceled, filePath } = await (window === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options));
  if (canceled || filePath === "") return "";
  await writeFile(filePath, await printReport(query));
  return filePath;
}

/** In a page of its own that is never shown and has no preload: what the window shows stays as it is. */
async function printReport(query: string): Promise<Buffer> {
  const paper = new BrowserWindow({ show: false, webPreferences: confinedPage });
  try {
    await paper.loadURL(`${appOrigin}/api/comparisons/page?${query}`);
    // Size and margins are those of the report's own style for paper.
    return await paper.webContents.printToPDF({ preferCSSPageSize: true, printBackground: true });
  } catch (cause) {
    throw new SlicebenchError("REPORT_NOT_PRINTED", "The report could not be printed into a file.", {
      hint: "Save the report, open it in a browser, and print it there.",
      cause,
    });
  } finally {
    paper.destroy();
  }
}
