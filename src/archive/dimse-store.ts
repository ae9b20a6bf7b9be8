import { readFileSync } from "node:fs";
import dimse from "dcmjs-dimse";
import type { SentInstance } from "../core/archive";
import { badAnswer, type OutgoingFile, type SendRequest } from "./archive";
import type { Associate } from "./dimse-association";
import { describeReason } from "./reasons";

const { Dataset, constants, requests } = dimse;

/**
 * C-STORE of files (PS3.4 annex B): an association for each class in each encoding, so that none is written anew on
 * the way.
 * @returns one answer a file, in their order
 */
export async function storeFiles(
  associate: Associate,
  { files, signal, onProgress }: SendRequest,
): Promise<SentInstance[]> {
  const sent = new Map<OutgoingFile, SentInstance>();
  onProgress?.(0, files.length);
  for (const group of groupByContext(files)) {
    const stores = group.map((file) => {
      const request = new requests.CStoreRequest(new StoredFile(file));
      request.on("response", (response: { getStatus: () => number }) => {
        sent.set(file, outcomeOf(file, response.getStatus()));
        onProgress?.(sent.size, files.length);
      });
      return request;
    });
    await associate({ requests: stores, contexts: [group[0]!], signal });
  }
  return files.map(
    (file) =>
      sent.get(file) ?? {
        file: file.file,
        sopInstanceUid: file.sopInstanceUid,
        state: "refused",
        reason: "The archive does not take this kind of object in its encoding.",
      },
  );
}

function groupByContext(files: readonly OutgoingFile[]): OutgoingFile[][] {
  const groups = new Map<string, OutgoingFile[]>();
  for (const file of files) {
    const key = `${file.sopClassUid} ${file.transferSyntaxUid}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

function outcomeOf({ file, sopInstanceUid }: OutgoingFile, status: number): SentInstance {
  if (status === constants.Status.Success) return { file, sopInstanceUid, state: "stored" };
  // Warnings are B000 and its neighbours (PS3.7 annex C).
  const state = status >> 12 === 0xb ? "stored-with-warning" : "refused";
  return { file, sopInstanceUid, state, reason: describeReason(status) };
}

/** A file's data set as it stands there, read when its turn comes. */
class StoredFile extends Dataset {
  constructor(private readonly stored: OutgoingFile) {
    super(
      { SOPClassUID: stored.sopClassUid, SOPInstanceUID: stored.sopInstanceUid },
      stored.transferSyntaxUid,
    );
  }

  override getDenaturalizedDataset(): Buffer {
    const bytes = readFileSync(this.stored.file);
    // Behind preamble, "DICM" and the group's length stands how long the rest of the meta header is (PS3.10 7.1).
    if (
      bytes.length < 144 ||
      bytes.toString("latin1", 128, 132) !== "DICM" ||
      bytes.readUInt32LE(132) !== 2
    ) {
      throw badAnswer("the file has no meta header");
    }
    return bytes.subarray(144 + bytes.readUInt32LE(140));
  }
}
