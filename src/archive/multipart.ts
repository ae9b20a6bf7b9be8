import type { Readable } from "node:stream";
import { Dicer } from "@fastify/busboy";
import { badAnswer, tooLarge } from "./archive";

/** A part's head: the names in lower case. */
export type PartHeaders = Readonly<Record<string, string | undefined>>;

/** Its body flows as fast as it is read. */
export type ReadPart = (body: Readable, headers: PartHeaders) => Promise<void>;

/**
 * Reads a multipart body part by part, as it arrives (RFC 2046 5.1); nothing but the part in hand is in memory.
 * @param contentType of the whole
 * @param mostParts more of them are refused
 * Throws ARCHIVE_ANSWER where it is none or ends before its closing boundary, and what `readPart` throws.
 */
export async function readMultipart(
  body: AsyncIterable<Buffer>,
  { contentType, mostParts }: { contentType: string | undefined; mostParts: number },
  readPart: ReadPart,
): Promise<void> {
  const boundary = boundaryOf(contentType);
  const dicer = new Dicer({ boundary, maxHeaderPairs: 100 });
  let parts = 0;
  let reading: Promise<void> = Promise.resolve();
  let fail!: (reason: unknown) => void;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);
  dicer.on("error", (thrown: Error) => fail(badAnswer(lowerFirst(thrown.message), thrown)));
  dicer.on("part", (part) => {
    if (++parts > mostParts) fail(tooLarge(`more than ${mostParts} parts`));
    // A part that ends early says so, and so does the whole, which is listened to.
    part.on("error", () => undefined);
    part.on("header", (header) => {
      reading = reading.then(() => readPart(part, plainHeaders(header)));
      reading.catch(fail);
    });
  });
  const state = { isFinished: false };
  const finished = new Promise<void>((resolve) => {
    dicer.once("finish", () => {
      state.isFinished = true;
      resolve();
    });
  });
  for await (const chunk of body) {
    // Behind the closing boundary it may never drain.
    if (!dicer.write(chunk)) await Promise.race([drained(dicer), finished, failed]);
    if (state.isFinished) break;
  }
  if (!state.isFinished) dicer.end();
  await Promise.race([finished, failed]);
  await Promise.race([reading, failed]);
}

const drained = (dicer: Dicer) => new Promise<void>((resolve) => dicer.once("drain", resolve));

function boundaryOf(contentType: string | undefined): string {
  const found = /^multipart\/[\w.+-]+\s*;.*\bboundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))/is.exec(
    contentType ?? "",
  );
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) throw badAnswer("it is not the multipart that was asked for");
  return boundary;
}

/** Dicer names a head's values as lists; the last of several of one name counts. */
function plainHeaders(header: object): PartHeaders {
  return Object.fromEntries(
    Object.entries(header as Record<string, string[]>).map(([name, values]) => [
      name.toLowerCase(),
      values.at(-1),
    ]),
  );
}

const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);
