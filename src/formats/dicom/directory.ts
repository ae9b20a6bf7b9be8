import { dirname, join } from "node:path";
import { readContent } from "../file-content";
import { namingFile } from "../failures";
import { parseDicom } from "./data-set";
import { readCode, readItems } from "./elements";
import { tags } from "./tags";

/** A part of a Referenced File ID: eight capitals, digits or underscores, by the standard (PS3.10 8.2); more in the wild. */
const fileIdPart = /^[\w-][\w .-]*$/;

/**
 * The files that a DICOMDIR lists (PS3.3 F.3): beside it or below. Paths that lead elsewhere are left out.
 * @throws SlicebenchError as `parseDicom`
 */
export function readDirectory(file: string): Promise<string[]> {
  return namingFile(file, async () => {
    const { dataSet } = parseDicom((await readContent(file)).bytes);
    const listed = readItems(dataSet, tags.directoryRecordSequence).flatMap((record) => {
      const parts = readCode(record, tags.referencedFileId)
        ?.split("\\")
        .map((part) => part.trim());
      if (parts?.every((part) => fileIdPart.test(part)) !== true) return [];
      return [join(dirname(file), ...parts)];
    });
    return [...new Set(listed)];
  });
}
