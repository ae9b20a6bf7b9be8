import { useEffect, useState } from "react";
import { type IncomingFile, takeNetwork } from "../actions/network-files";
import { openIncoming, openPaths } from "../actions/open";
import { attempt } from "../actions/report";
import { desktop } from "../api/bridge";

/** All files below a dropped entry. A folder lists at most 100 entries a call, so it is asked until it is empty. */
async function filesBelow(entry: FileSystemEntry): Promise<IncomingFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ file, relativePath: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: IncomingFile[] = [];
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return files;
    for (const child of entries) files.push(...(await filesBelow(child)));
  }
}

/** What another page made has no place in a file system, but has its bytes. */
async function filesOf(dropped: FileSystemEntry | File): Promise<IncomingFile[]> {
  return dropped instanceof File ? [{ file: dropped, relativePath: dropped.name }] : filesBelow(dropped);
}

/** A dropped folder's path, or that of its model.json where it holds a network of TensorFlow.js. */
async function pathOf(path: string, entry: FileSystemEntry | null): Promise<string> {
  if (!entry?.isDirectory) return path;
  const listing = await new Promise<FileSystemEntry | undefined>((resolve) =>
    (entry as FileSystemDirectoryEntry).getFile("model.json", {}, resolve, () => resolve(undefined)),
  );
  const { network } = await takeNetwork(listing === undefined ? [] : await filesBelow(listing));
  return network === undefined ? path : `${path}/model.json`;
}

async function openDropped(transfer: DataTransfer): Promise<void> {
  if (desktop) {
    const bridge = desktop;
    const paths = [...transfer.items].map((item) => {
      const file = item.getAsFile();
      return pathOf(file === null ? "" : bridge.pathForFile(file), item.webkitGetAsEntry());
    });
    // A picture dragged out of a page has no path.
    await openPaths((await Promise.all(paths)).filter(Boolean));
    return;
  }
  // The transfer is emptied as soon as the event handler returns: entries are taken before anything is awaited.
  const dropped = [...transfer.items]
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
    .filter((each) => each !== null);
  const files = await Promise.all(dropped.map(filesOf));
  await openIncoming(files.flat());
}

/** Files and folders may be dropped anywhere. Returns whether some are held over the window now. */
export function useDrop(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Enter and leave fire for every element that is crossed; the window is left when all are.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const allow = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      const transfer = event.dataTransfer;
      if (transfer && hasFiles(event)) {
        void attempt("What was dropped could not be opened", () => openDropped(transfer));
      }
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", allow);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", allow);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return over;
}
