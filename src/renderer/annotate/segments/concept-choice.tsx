import { Select } from "@mantine/core";
import { categoryOf, conceptChoices } from "../../../core/coded-concepts";
import type { CodedConcept, Segment } from "../../../core/mask/label-map";
import type { LayerView } from "../../../host/contract";
import { changeSegments } from "./segment-actions";

const keyOf = ({ scheme, value }: CodedConcept): string => `${scheme} ${value}`;

const groups = [...new Set(conceptChoices.map(({ group }) => group))].map((group) => ({
  group,
  items: conceptChoices
    .filter((choice) => choice.group === group)
    .map(({ concept }) => ({ value: keyOf(concept), label: concept.meaning })),
}));

/** What the painted segment is, in a code that other programs know. */
export function ConceptChoice({ layer, segment }: { layer: LayerView; segment: Segment }) {
  const { concept, value } = segment;
  const isListed =
    concept === undefined || conceptChoices.some((each) => keyOf(each.concept) === keyOf(concept));
  // A model's own code, which our list has not, is kept and shown as well.
  const data = isListed
    ? groups
    : [{ group: "From the model", items: [{ value: keyOf(concept), label: concept.meaning }] }, ...groups];
  const choose = (key: string | null) => {
    const chosen = conceptChoices.find((choice) => keyOf(choice.concept) === key)?.concept;
    if (key !== null && chosen === undefined) return;
    const category = chosen && categoryOf(chosen);
    void changeSegments(layer, {
      kind: "describe",
      value,
      concept: chosen ?? null,
      ...(category && { category }),
    });
  };
  return (
    <Select
      aria-label={`Coded concept of ${segment.label}`}
      placeholder="No coded concept"
      data={data}
      value={concept ? keyOf(concept) : null}
      onChange={choose}
      searchable
      clearable
      maxDropdownHeight={320}
      nothingFoundMessage="Not in this list"
    />
  );
}
