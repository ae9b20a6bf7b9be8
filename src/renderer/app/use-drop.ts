import { useEffect, useState } from "react";
import { openIncoming, openPaths, type IncomingFile } from "../actions/open";
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

async function openDropped(transfer: DataTransfer): Promise<void> {
  if (desktop) {
    const bridge = desktop;
    // A picture dragged out of a page has no path.
    await openPaths([...transfer.files].map((file) => bridge.pathForFile(file)).filter(Boolean));
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
