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
  return new Promise((resolve) => {
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
  });
}
