import type { Context } from "hono";

/** Raw bytes and what lies beside them. */
interface RawAnswer {
  body: Uint8Array;
  /** Goes into `x-slicebench-header`. */
  header?: object;
  type?: string;
}

/** JSON that fits a header: HTTP headers carry ASCII, so all else is escaped, which JSON allows anywhere. */
function headerText(header: object): string {
  return JSON.stringify(header).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Answers with bytes and what lies beside them. */
export function answerRaw(
  context: Context,
  { body, header, type = "application/octet-stream" }: RawAnswer,
  headers: Record<string, string> = {},
): Response {
  return context.body(body as Uint8Array<ArrayBuffer>, 200, {
    ...headers,
    "Content-Type": type,
    "Content-Length": String(body.byteLength),
    ...(header && { "x-slicebench-header": headerText(header) }),
  });
}

/**
 * Answers with bytes that never change under this address, or with 304 where the page has them.
 * @param version names the bytes: the resource's id and, where it can change, its revision
 */
export async function answerForGood(
  context: Context,
  version: string,
  read: () => Promise<RawAnswer>,
): Promise<Response> {
  const etag = `"${version}"`;
  const caching = { ETag: etag, "Cache-Control": "private, max-age=31536000, immutable" };
  if (context.req.header("if-none-match") === etag) return context.body(null, 304, caching);
  return answerRaw(context, await read(), caching);
}
