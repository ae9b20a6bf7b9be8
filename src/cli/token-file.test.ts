import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { keptToken } from "./token-file";

const folder = mkdtempSync(join(tmpdir(), "slicebench-token-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a token is made once, kept for its owner alone, and found again", async () => {
  const file = join(folder, "token");
  const token = await keptToken(file);
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await keptToken(file)).toBe(token);
});

test("a file that holds something else is refused and left as it is", async () => {
  const file = join(folder, "diary");
  writeFileSync(file, "Dear diary,", { mode: 0o600 });
  await expect(keptToken(file)).rejects.toMatchObject({ code: "TOKEN_FILE_INVALID", file });
  expect(readFileSync(file, "utf8")).toBe("Dear diary,");
});

test.skipIf(process.platform === "win32")("a token that others may read is none", async () => {
  const file = join(folder, "open");
  await keptToken(file);
  chmodSync(file, 0o644);
  await expect(keptToken(file)).rejects.toMatchObject({ code: "TOKEN_FILE_INVALID", file });
});
