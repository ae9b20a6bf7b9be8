import { ipcMain, type IpcMainInvokeEvent } from "electron";
import type { z } from "zod";
import { SlicebenchError } from "../core/errors";
import { isOwnAddress } from "./scheme";

/** Only the main frame of our own page may ask: no frame within it, and nothing that took its place. */
function requireOwnPage({ sender, senderFrame }: IpcMainInvokeEvent): void {
  // A frame that has gone by now is null.
  const isOwn = senderFrame !== null && senderFrame === sender.mainFrame && isOwnAddress(senderFrame.url);
  if (!isOwn) throw new SlicebenchError("SENDER_REFUSED", "Another page may not speak to Slicebench.");
}

/**
 * Answers one channel: the only place that listens to pages. Foreign senders and words that do not fit the schema
 * are refused before the work is called.
 */
export function answerPage<Schema extends z.ZodType>(
  channel: string,
  schema: Schema,
  work: (words: z.output<Schema>, sender: IpcMainInvokeEvent["sender"]) => unknown,
): void {
  ipcMain.handle(channel, (event, ...words: unknown[]) => {
    requireOwnPage(event);
    return work(schema.parse(words), event.sender);
  });
}
