import { expect, test } from "vitest";
import { decodeText } from "./character-set";

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

/** The names and bytes that PS3.5 gives itself, annexes H (Japanese), I (Korean), J and K (Chinese), and C.12.1.1.2's others. */
const examples: readonly [characterSet: string | undefined, hex: string, name: string][] = [
  [
    "\\ISO 2022 IR 87",
    "59616D6164615E5461726F753D 1B2442 3B334544 1B2842 5E 1B2442 42404F3A 1B2842 3D 1B2442 2464245E2440 1B2842 5E 1B2442 243F246D2426 1B2842",
    "Yamada^Tarou=山田^太郎=やまだ^たろう",
  ],
  [
    "ISO 2022 IR 13\\ISO 2022 IR 87",
    "D4CFC0DE5EC0DBB33D 1B2442 3B334544 1B284A 5E 1B2442 42404F3A 1B284A 3D 1B2442 2464245E2440 1B284A 5E 1B2442 243F246D2426 1B284A",
    "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
  ],
  [
    "\\ISO 2022 IR 149",
    "486F6E675E47696C646F6E673D 1B242943 FBF3 5E 1B242943 D1CED4D7 3D 1B242943 C8AB 5E 1B242943 B1E6B5BF",
    "Hong^Gildong=洪^吉洞=홍^길동",
  ],
  ["ISO_IR 192", "57616e675e5869616f446f6e673d e78e8b 5e e5b08f e69db1 3d", "Wang^XiaoDong=王^小東="],
  ["GB18030", "57616e675e5869616f446f6e673d cdf5 5e d0a1b6ab 3d", "Wang^XiaoDong=王^小东="],
  ["GBK", "57616e675e5869616f446f6e673d cdf5 5e d0a1b6ab 3d", "Wang^XiaoDong=王^小东="],
  [
    "\\ISO 2022 IR 58",
    "5a68616e675e5869616f446f6e673d 1b242941 d5c5 5e 1b242941 d0a1b6ab 3d",
    "Zhang^XiaoDong=张^小东=",
  ],
  ["ISO_IR 144", "BBEEDA6365DCD17970D3", "Люкceмбypг"],
  ["ISO_IR 126", "C4E9EFEDF5F3E9EFF2", "Διονυσιος"],
  ["ISO_IR 127", "E2C8C7E6EA5EE4E6D2C7D1", "قباني^لنزار"],
  ["ISO_IR 138", "F9F8E5EF5EE3E1E5F8E4", "שרון^דבורה"],
  ["ISO_IR 100", "4275635E4AE972F46D65", "Buc^Jérôme"],
];

test.each(examples)("%s: the standard's own name is read", (characterSet, hex, name) => {
  expect(decodeText(bytes(hex), characterSet, "PN")).toBe(name);
});

test("code extensions in other text end at a line's end", () => {
  const hex = "1B2442 3B334544 1B2842 0D0A 5461726F75 0D0A 1B2442 42404F3A 1B2842";
  expect(decodeText(bytes(hex), "\\ISO 2022 IR 87", "LT")).toBe("山田\r\nTarou\r\n太郎");
});

test("spellings that occur are understood; what cannot be is UTF-8 or Latin-1", () => {
  expect(decodeText(bytes("4AE972F46D65"), "ISO-IR 100", "PN")).toBe("Jérôme");
  expect(decodeText(bytes("4AE972F46D65"), "NO SUCH SET", "PN")).toBe("Jérôme");
  expect(decodeText(Buffer.from("Jérôme"), "NO SUCH SET", "PN")).toBe("Jérôme");
});
