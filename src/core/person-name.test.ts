import { expect, test } from "vitest";
import { readablePersonName } from "./person-name";

test.each([
  ["Doe^Jane", "Doe, Jane"],
  ["Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Adams, Rev. John Robert Quincy, B.A. M.Div."],
  ["Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田 太郎)"],
  ["=山田^太郎", "山田 太郎"],
  ["ANON", "ANON"],
  ["^Jane", "Jane"],
  ["^^", ""],
])("%s is written %s", (stored, written) => {
  expect(readablePersonName(stored)).toBe(written);
});
