import { Button, NumberInput, Select } from "@mantine/core";
import { findCommand } from "../../../core/commands";
import { seriesOf, shownGeometry } from "../../state/viewport-queries";
import { useViewports } from "../../state/viewports";
import { annotatedLayer, useAnnotation } from "../annotation";
import styles from "../annotate.module.css";
import { Choice } from "../choice";
import { type OperationName, type OperationState, useOperation } from "./operation";
import {
  accept,
  acceptableLayers,
  applyOperation,
  chosenSource,
  distanceOf,
  otherSegments,
} from "./run-operation";

const set = useOperation.setState;

/** What the operation in the hand is told before it is applied. */
export function OperationOptions({ name }: { name: OperationName }) {
  const hasLayer = useViewports((state) => annotatedLayer(state, useAnnotation.getState()) !== undefined);
  return (
    <>
      <b className={styles.toolName}>{findCommand(`annotate.${name}`)?.title}</b>
      {name === "smooth" && <Smooth />}
      {name === "resize" && <Resize />}
      {name === "islands" && <Islands />}
      {name === "combine" && <Combine />}
      <Scope name={name} />
      <Button
        className={styles.action ?? ""}
        variant="filled"
        disabled={!hasLayer}
        onClick={() => void applyOperation(name)}
      >
        Apply
      </Button>
    </>
  );
}

function Smooth() {
  const method = useOperation((state) => state.method);
  const choices = [
    { method: "median" as const, label: "Median" },
    { method: "opening" as const, label: "Opening" },
    { method: "closing" as const, label: "Closing" },
  ];
  return (
    <>
      <Choice
        label="Method"
        choices={choices.map(({ method: each, label }) => ({
          label,
          chosen: method === each,
          choose: () => set({ method: each }),
        }))}
      />
      <Distance label="Radius" />
    </>
  );
}

function Resize() {
  const direction = useOperation((state) => state.direction);
  return (
    <>
      <Choice
        label="Direction"
        choices={[
          { label: "Grow", chosen: direction === "grow", choose: () => set({ direction: "grow" }) },
          { label: "Shrink", chosen: direction === "shrink", choose: () => set({ direction: "shrink" }) },
        ]}
      />
      <Distance label="By" />
    </>
  );
}

function Islands() {
  const { islands, smallest } = useOperation();
  const choices = [
    { islands: "remove-islands" as const, label: "Remove islands" },
    { islands: "keep-largest" as const, label: "Keep largest" },
    { islands: "fill-holes" as const, label: "Fill holes" },
  ];
  return (
    <>
      <Choice
        label="What is done"
        choices={choices.map(({ islands: each, label }) => ({
          label,
          chosen: islands === each,
          choose: () => set({ islands: each }),
        }))}
      />
      {islands === "remove-islands" && (
        <NumberInput
          aria-label="Islands are smaller than, in px"
          size="xs"
          w={92}
          hideControls
          min={2}
          max={1_000_000}
          allowDecimal={false}
          prefix="< "
          suffix=" px"
          value={smallest}
          onChange={(value) => typeof value === "number" && value >= 2 && set({ smallest: value })}
        />
      )}
    </>
  );
}

function Combine() {
  const { how, other } = useOperation();
  useViewports((state) => state.layers);
  useAnnotation((state) => state.segment);
  const others = otherSegments();
  const choices = [
    { how: "union" as const, label: "Add" },
    { how: "intersection" as const, label: "Intersect" },
    { how: "subtract" as const, label: "Subtract" },
  ];
  const groups = [...new Set(others.map(({ layer }) => layer))].map((layer) => ({
    group: layer.name,
    items: others.filter((each) => each.layer === layer).map(({ key, label }) => ({ value: key, label })),
  }));
  return (
    <>
      <Choice
        label="How"
        choices={choices.map(({ how: each, label }) => ({
          label,
          chosen: how === each,
          choose: () => set({ how: each }),
        }))}
      />
      <Select
        aria-label="The other segment"
        placeholder="No other segment"
        w={160}
        data={groups}
        value={(others.find(({ key }) => key === other) ?? others[0])?.key ?? null}
        onChange={(key) => set({ other: key ?? undefined })}
      />
    </>
  );
}

const limits = { mm: { least: 0.1, most: 100, step: 0.1 }, px: { least: 1, most: 200, step: 1 } } as const;

function Distance({ label }: { label: string }) {
  const { distanceMm, distancePixels } = useOperation();
  const isSpaced = useViewports(
    (state) => shownGeometry(state, state.activeViewportId)?.spacingMm !== undefined,
  );
  const { distance, unit } = distanceOf({ distanceMm, distancePixels }, isSpaced);
  const { least, most, step } = limits[unit];
  return (
    <>
      <span className={styles.label}>{label}</span>
      <NumberInput
        aria-label={`${label}, in ${unit}`}
        size="xs"
        w={72}
        hideControls
        min={least}
        max={most}
        step={step}
        decimalScale={unit === "mm" ? 1 : 0}
        suffix={` ${unit}`}
        value={distance}
        onChange={(value) => {
          if (typeof value !== "number" || value < least) return;
          set(unit === "mm" ? { distanceMm: value } : { distancePixels: value });
        }}
      />
    </>
  );
}

/** On which slices. Filling between has no other choice than the gap here or all of them. */
function Scope({ name }: { name: OperationName }) {
  const scope = useOperation((state) => state.scope);
  const series = useViewports((state) => seriesOf(state, state.activeViewportId));
  const isOne = (series?.frames.length ?? 1) < 2;
  const noVolume =
    series?.sliceSpacingMm === undefined ? "The slices are no evenly spaced volume." : undefined;
  const oneSlice = isOne ? "The series has one slice." : undefined;
  // Only what reshapes one segment knows neighbours on other slices.
  const is3D = name !== "combine" && name !== "between";
  const words: { scope: OperationState["scope"]; label: string; refusal: string | undefined }[] =
    name === "between"
      ? [
          { scope: "slice", label: "The gap here", refusal: oneSlice },
          { scope: "each-slice", label: "All gaps", refusal: oneSlice },
        ]
      : [
          { scope: "slice", label: "This slice", refusal: undefined },
          { scope: "each-slice", label: "Each slice", refusal: oneSlice },
          ...(is3D ? [{ scope: "volume" as const, label: "3D", refusal: oneSlice ?? noVolume }] : []),
        ];
  const isChosen = (each: OperationState["scope"]) =>
    (!is3D && scope === "volume" ? "each-slice" : scope) === each;
  return (
    <Choice
      label="Where"
      choices={words.map(({ scope: each, label, refusal }) => ({
        label,
        refusal,
        chosen: isChosen(each),
        choose: () => set({ scope: each }),
      }))}
    />
  );
}

/** Whose mask is accepted; a press on the picture takes one part of it over. */
export function AcceptOptions() {
  useViewports((state) => state.layers);
  useOperation((state) => state.source);
  const layers = acceptableLayers();
  const source = chosenSource();
  return (
    <>
      <Select
        aria-label="Whose mask is accepted"
        placeholder="No other layer"
        w={184}
        data={layers.map(({ id, name }) => ({ value: id, label: name }))}
        value={source?.id ?? null}
        onChange={(id) => set({ source: id ?? undefined })}
      />
      <span className={styles.hint}>Press on a part to add it to the segment, or take all of it over:</span>
      <Button className={styles.action ?? ""} disabled={!source} onClick={() => void accept("slice")}>
        This slice
      </Button>
      <Button className={styles.action ?? ""} disabled={!source} onClick={() => void accept("each-slice")}>
        Whole series
      </Button>
    </>
  );
}
