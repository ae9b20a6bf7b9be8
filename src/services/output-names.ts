import { basename, dirname, extname, join, parse, relative, sep } from "node:path";

/** A file to work on, and the folder (or file) that the user named, through which it was found. */
export interface InputFile {
  /** Absolute. */
  file: string;
  /** Absolute: the folder that was given, or the file itself. */
  root: string;
}

/** Path relative to the folder that was given, with `/`; a file that was given itself is its name. */
export function relativeInput({ file, root }: InputFile): string {
  return file === root ? basename(file) : relative(root, file).split(sep).join("/");
}

/**
 * The path without its ending. An ending begins with a letter: `1.2.840.10008` is a UID that ends in no
 * extension, and `.nii.gz` is one ending.
 */
export function withoutExtension(path: string): string {
  if (/\.nii\.gz$/i.test(path)) return path.slice(0, -".nii.gz".length);
  const extension = extname(path);
  return /^\.[a-z][a-z0-9]{0,7}$/i.test(extension) ? path.slice(0, -extension.length) : path;
}

/**
 * What each input's results are called, without extension, relative to the output folder: the input's own
 * relative path without its ending. Inputs that would share a name keep their ending, then take the name of
 * the folder that was given in front, then a number; so no result ever overwrites another's.
 * @returns as many names as inputs, in their order, all different regardless of case
 */
export function nameOutputs(inputs: readonly InputFile[]): string[] {
  const candidates: ((input: InputFile) => string)[] = [
    (input) => withoutExtension(relativeInput(input)),
    relativeInput,
    (input) =>
      join(basename(input.file === input.root ? dirname(input.file) : input.root), relativeInput(input)),
  ];
  let names = inputs.map((input) => candidates[0]!(input));
  for (const candidate of candidates.slice(1)) {
    const shared = sharedNames(names);
    names = names.map((name, index) =>
      shared.has(name.toLowerCase()) ? candidate(inputs[index]!).split(sep).join("/") : name,
    );
  }
  return numberRepeats(names);
}

/** File systems of two of three platforms ignore case. */
function sharedNames(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const name of names.map((each) => each.toLowerCase())) {
    if (seen.has(name)) shared.add(name);
    seen.add(name);
  }
  return shared;
}

function numberRepeats(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name}-${number}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/** The name of a frame's own file: a file of one frame needs no number. */
export function frameFileName(name: string, frame: number, frameCount: number, extension: string): string {
  return `${name}${frameCount > 1 ? `.${frame}` : ""}.${extension}`;
}

/** Whether a path lies in a folder, or is it. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && parse(way).root === "");
}
