import { isAbsolute } from "node:path";
import { BrowserWindow, dialog, type OpenDialogOptions, shell, type WebContents } from "electron";
import { z } from "zod";
import { channels } from "../preload/bridge";
import { answerPage } from "./ipc";
import { savePdf } from "./save-pdf";

const nothing = z.tuple([]);
const absolutePath = z.tuple([z.string().min(1).max(4_096).refine(isAbsolute)]);
/** What the host parses; here it must only be unable to leave the report's address. */
const reportQuery = z.tuple([
  z
    .string()
    .max(4_096)
    .regex(/^[\w.~%+=&-]*$/),
]);
const commandIds = z.tuple([z.array(z.string().max(100)).max(1_000)]);

/** Answers what the preload's bridge asks, channel by channel. */
export function answerBridge(showAvailable: (commandIds: readonly string[]) => void): void {
  answerPage(channels.openFiles, nothing, (_words, page) =>
    askForPaths(page, ["openFile", "multiSelections"], "Open files"),
  );
  answerPage(channels.openFolder, nothing, (_words, page) =>
    askForPaths(page, ["openDirectory"], "Open folder"),
  );
  answerPage(channels.savePdf, reportQuery, ([query], page) => savePdf(query, page));
  answerPage(channels.revealInFolder, absolutePath, ([path]) => shell.showItemInFolder(path));
  answerPage(channels.showAvailable, commandIds, ([ids]) => showAvailable(ids));
}

async function askForPaths(
  page: WebContents,
  properties: NonNullable<OpenDialogOptions["properties"]>,
  title: string,
): Promise<string[]> {
  const window = BrowserWindow.fromWebContents(page);
  const options = { title, properties };
  const { canceled, filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return canceled ? [] : filePaths;
}
