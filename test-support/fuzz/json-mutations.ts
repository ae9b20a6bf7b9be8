import { byteMutations, type Mutation } from "./bytes";
import type { Random } from "./random";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const oddValues: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 53,
  255,
  256,
  65_536,
  "",
  " ",
  "0",
  "../../etc/passwd",
  "..\\..\\x",
  "C:\\Windows\\x",
  "\u0000",
  "\ud800",
  "__proto__",
  "a".repeat(100_000),
  "#zzzzzz",
  [],
  {},
  [[]],
  [null],
  { length: 1e9 },
  Array.from({ length: 5_000 }, () => 0),
];

/** All places of a document that hold a value, by the array or object around them. */
function placesOf(value: Json): { within: Json[] | Record<string, Json>; key: string }[] {
  if (value === null || typeof value !== "object") return [];
  const within = value as Record<string, Json>;
  return Object.keys(within).flatMap((key) => [{ within, key }, ...placesOf(within[key]!)]);
}

const isRequest = (value: Json): value is { body: Json } =>
  value !== null && typeof value === "object" && "method" in value && "body" in value;

/** Does something at one place of a document; damages its text where it is none any more. */
function atPlace(
  bytes: Uint8Array,
  random: Random,
  change: (within: Record<string, Json>, key: string) => void,
): Uint8Array {
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return bytes.slice(0, random.below(bytes.length));
  }
  // Of a request, its body: how it is sent is not in doubt.
  const places = placesOf(isRequest(value) ? value.body : value);
  if (places.length > 0) {
    const { within, key } = random.pick(places);
    change(within as Record<string, Json>, key);
  }
  return new TextEncoder().encode(JSON.stringify(value));
}

export const jsonMutations: Readonly<Record<string, Mutation>> = {
  truncate: byteMutations.truncate!,
  "flip bits": byteMutations["flip bits"]!,
  "odd value": (bytes, _seed, random) =>
    atPlace(bytes, random, (within, key) => (within[key] = random.pick(oddValues))),
  "no value": (bytes, _seed, random) =>
    atPlace(bytes, random, (within, key) => Reflect.deleteProperty(within, key)),
  "number nearby": (bytes, _seed, random) =>
    atPlace(bytes, random, (within, key) => {
      const value = within[key];
      within[key] = typeof value === "number" ? random.pick([-value, value + 1, value * 1e6, value / 3]) : 1;
    }),
  "other name": (bytes, _seed, random) =>
    atPlace(bytes, random, (within, key) => {
      const value = within[key]!;
      Reflect.deleteProperty(within, key);
      // Defined, as parsing does: an assignment would set the prototype.
      Object.defineProperty(within, random.pick(["__proto__", "constructor", "toString", "", `${key}2`]), {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }),
  "another's value": (bytes, _seed, random) =>
    atPlace(
      bytes,
      random,
      (within, key) => (within[key] = structuredClone(random.pick(Object.values(within)))),
    ),
  deep: (bytes, _seed, random) => {
    const depth = random.pick([100, 5_000, 100_000]);
    const text = new TextDecoder().decode(bytes);
    const at = Math.max(0, text.indexOf(":", random.below(text.length))) + 1;
    const nested = random.pick([
      ["[", "]"],
      ['{"a":', "}"],
    ] as const);
    const end = random.next() < 0.5 ? nested[1].repeat(depth) : "";
    return new TextEncoder().encode(`${text.slice(0, at)}${nested[0].repeat(depth)}1${end}${text.slice(at)}`);
  },
};
