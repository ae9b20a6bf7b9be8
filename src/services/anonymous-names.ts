import { sep } from "node:path";
import { type InputFile, relativeInput } from "./output-names";

/**
 * Names that keep the folders' structure and tell nothing: people name folders and files after patients. Folders and
 * files are numbered in each folder, in the order in which they are listed.
 * @returns relative paths, as many as inputs: "0001/0002/0001.dcm"
 */
export function nameAnonymously(inputs: readonly InputFile[]): string[] {
  const roots = new Set(inputs.map(({ file, root }) => (file === root ? "" : root)));
  const numbers = new Map<string, number>();
  const counts = new Map<string, number>();
  const numberOf = (parent: string, path: string): string => {
    let number = numbers.get(path);
    if (number === undefined) {
      number = (counts.get(parent) ?? 0) + 1;
      counts.set(parent, number);
      numbers.set(path, number);
    }
    return String(number).padStart(4, "0");
  };
  return inputs.map((input) => {
    // Of several folders that were given each keeps one of its own.
    const inFolder = input.file !== input.root && roots.size > 1;
    const parts = [...(inFolder ? [input.root] : []), ...relativeInput(input).split("/")];
    let parent = inFolder ? "" : input.file === input.root ? "" : input.root;
    const names = parts.map((part) => {
      const path = part === input.root ? part : `${parent}${sep}${part}`;
      // Two files that were given by themselves may have the same name.
      const number = numberOf(parent, input.file === input.root ? input.file : path);
      parent = path;
      return number;
    });
    return `${names.join("/")}.dcm`;
  });
}
