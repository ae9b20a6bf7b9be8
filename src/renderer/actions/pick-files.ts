import type { IncomingFile } from "./network-files";

/**
 * Lets the reader pick files or a folder in the browser; nothing where the dialog was closed.
 * @param accept what its list begins with: ".onnx,.json"
 */
export function pickFiles(kind: "files" | "folder", accept = ""): Promise<IncomingFile[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = accept;
  input.webkitdirectory = kind === "folder";
  // Outside the document it may be collected as garbage while its dialog is open, and the answer with it.
  input.hidden = true;
  document.body.append(input);
  return new Promise<IncomingFile[]>((resolve) => {
    input.addEventListener("cancel", () => resolve([]));
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      resolve(
        files.map((file) => ({
          file,
          relativePath: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
        })),
      );
    });
    input.click();
  }).finally(() => input.remove());
}
