import { expect, test } from "vitest";
import { pythonWith, runPython } from "../../test-support/readers";
import { categoryOf, conceptChoices } from "./coded-concepts";
import { segmentColours } from "./mask/label-map";

test("each concept is there once, and its category is found by its code", () => {
  const codes = conceptChoices.map(({ concept }) => concept.value);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { concept, category } of conceptChoices)
    expect(categoryOf({ ...concept, meaning: "in other words" })).toEqual(category);
  expect(segmentColours).toHaveLength(7);
});

const python = pythonWith("pydicom.sr._concepts_dict");

/** In use in DICOM, but in no segmentation context group of pydicom's copy of PS3.16. */
const elsewhere = ["84640000", "49848007"];

test.skipIf(python === undefined)("codes and meanings are those of PS3.16 as pydicom has it", () => {
  const listed = runPython(python!, peer) as {
    types: Record<string, string>;
    categories: Record<string, string>;
  };
  const lower = (text: string | undefined) => text?.toLowerCase();
  const types = conceptChoices.filter(({ concept }) => !elsewhere.includes(concept.value));
  expect(types.map(({ concept }) => [concept.value, lower(listed.types[concept.value])])).toEqual(
    types.map(({ concept }) => [concept.value, lower(concept.meaning)]),
  );
  for (const { category } of conceptChoices) expect(listed.categories[category.value]).toBe(category.meaning);
});

const peer = `
import json
import pydicom.sr._concepts_dict as d
def members(cid):
    return {code: meaning for names in [d.concepts["SCT"]] for entry in names.values()
            for code, (meaning, cids) in entry.items() if cid in cids}
print(json.dumps({"types": members(7151), "categories": members(7150)}))
`;
