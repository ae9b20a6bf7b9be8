import { toWireError, type WireError } from "../core/errors";
import { looksLikeDicom } from "../formats/dicom/data-set";
import { type AttributeChange, deidentifyDicom } from "../formats/dicom/deidentify/deidentify";
import type { DeidentifyOptions } from "../formats/dicom/deidentify/profile";
import { Pseudonyms } from "../formats/dicom/deidentify/pseudonyms";
import { namingFile } from "../formats/failures";
import { readContent } from "../formats/file-content";
import { writeFileAtomically } from "./atomic-file";

export interface DeidentifyRequest {
  file: string;
  /** Where the new file goes; nothing is written where undefined. */
  output?: string;
  options: DeidentifyOptions;
  /** Of the whole run. */
  secret: Uint8Array;
}

/** Errors lose their class on the way between threads, so they travel as data. */
export type DeidentifyAnswer =
  | { kind: "done"; changes: AttributeChange[]; warnings: string[] }
  | { kind: "not-dicom" }
  | { kind: "failed"; error: WireError };

/** De-identifies one file. Runs in a worker thread, so that the host goes on answering meanwhile. */
export default async function deidentify(request: DeidentifyRequest): Promise<DeidentifyAnswer> {
  const { file, output, options, secret } = request;
  try {
    return await namingFile(file, async (): Promise<DeidentifyAnswer> => {
      const start = await readContent(file, 2 ** 12);
      if (!looksLikeDicom(start.bytes)) return { kind: "not-dicom" };
      const { bytes } = await readContent(file);
      const { pieces, changes, warnings } = deidentifyDicom(bytes, {
        options,
        pseudonyms: new Pseudonyms(secret),
      });
      if (output !== undefined) await writeFileAtomically(output, Buffer.concat(pieces));
      return { kind: "done", changes, warnings };
    });
  } catch (thrown) {
    return { kind: "failed", error: toWireError(thrown, file) };
  }
}
