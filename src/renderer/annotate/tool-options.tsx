import { Checkbox, NumberInput, RangeSlider, Select, Slider, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { findCommand } from "../../core/commands";
import shell from "../app/shell.module.css";
import controls from "../app/controls/controls.module.css";
import { seriesOf, shownGeometry } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { annotation, type OverwriteRule, useAnnotation } from "./annotation";
import styles from "./annotate.module.css";
import { Choice } from "./choice";
import { diameterLimits, diameterOf, setDiameter } from "./brush-size";
import { useOperation } from "./operations/operation";
import { AcceptOptions, OperationOptions } from "./operations/operation-options";
import { useValueRange } from "./use-value-range";

/** What the tool in the hand can be told; which segments give way at its end. */
export function ToolOptions() {
  const tool = useAnnotation((state) => state.tool);
  const operation = useOperation((state) => state.inHand);
  const hasSize = tool === "brush" || tool === "eraser";
  const paints = tool !== undefined && tool !== "accept";
  const hasSign = paints && !hasSize;
  const name = tool === undefined ? "No tool" : (findCommand(`annotate.${tool}`)?.title ?? "");
  return (
    <div className={`${shell.bar} ${styles.options}`} role="toolbar" aria-label="Tool options">
      {operation === undefined ? (
        <b className={styles.toolName}>{name}</b>
      ) : (
        <OperationOptions name={operation} />
      )}
      {tool === undefined && operation === undefined && (
        <span className={styles.hint}>Take a tool from the strip to paint.</span>
      )}
      {hasSize && <Size />}
      {hasSign && <Sign />}
      {tool === "grow" && <Growing />}
      {paints && tool !== "grow" && <OnlyValues />}
      {tool === "accept" && <AcceptOptions />}
      <span className={controls.spring} />
      {(tool !== undefined || operation !== undefined) && <Overwrite />}
    </div>
  );
}

function Separated({ children }: { children: ReactNode }) {
  return (
    <>
      <span className={styles.separator} />
      {children}
    </>
  );
}

/** Positions of the size's slider: equal steps are equal factors. */
const sizeSteps = 100;

function Size() {
  const { tool, brush } = useAnnotation();
  const spacing = useViewports((state) => shownGeometry(state, state.activeViewportId)?.spacingMm);
  const noBall = useViewports((state) =>
    seriesOf(state, state.activeViewportId)?.sliceSpacingMm === undefined
      ? "A sphere needs slices that are evenly spaced."
      : undefined,
  );
  const { diameter, unit } = diameterOf(brush, spacing);
  const { least, most, step } = diameterLimits[unit];
  const range = Math.log(most / least);
  return (
    <>
      <Choice
        label="Mode"
        choices={[
          { label: "Paint", chosen: tool === "brush", choose: () => annotation.set({ tool: "brush" }) },
          { label: "Erase", chosen: tool === "eraser", choose: () => annotation.set({ tool: "eraser" }) },
        ]}
      />
      <Separated>
        <span className={styles.label}>Diameter</span>
        <Slider
          className={styles.slider ?? ""}
          thumbLabel={`Diameter in ${unit}`}
          min={0}
          max={sizeSteps}
          value={(sizeSteps * Math.log(diameter / least)) / range}
          onChange={(position) => setDiameter(least * Math.exp((range * position) / sizeSteps), unit)}
        />
        <NumberInput
          aria-label={`Diameter in ${unit}`}
          size="xs"
          w={76}
          hideControls
          min={least}
          max={most}
          step={step}
          decimalScale={unit === "mm" ? 1 : 0}
          fixedDecimalScale
          suffix={` ${unit}`}
          value={diameter}
          onChange={(value) => typeof value === "number" && setDiameter(value, unit)}
        />
        <Choice
          label="Shape"
          choices={[
            { shape: "disc" as const, label: "Disc", refusal: undefined },
            { shape: "square" as const, label: "Square", refusal: undefined },
            { shape: "sphere" as const, label: "Sphere", refusal: noBall },
          ].map(({ shape, label, refusal }) => ({
            label,
            refusal,
            chosen: brush.shape === shape,
            choose: () => annotation.setBrush({ shape }),
          }))}
        />
      </Separated>
    </>
  );
}

function Sign() {
  const subtract = useAnnotation((state) => state.subtract);
  return (
    <Tooltip label="Alt turns it round while a shape is begun">
      <div>
        <Choice
          label="Mode"
          choices={[
            { label: "Add", chosen: !subtract, choose: () => annotation.set({ subtract: false }) },
            { label: "Subtract", chosen: subtract, choose: () => annotation.set({ subtract: true }) },
          ]}
        />
      </div>
    </Tooltip>
  );
}

function Growing() {
  const { volume, tolerance } = useAnnotation((state) => state.growing);
  const range = useValueRange();
  const isOne = useViewports((state) => (seriesOf(state, state.activeViewportId)?.frames.length ?? 1) < 2);
  const most = range ? range[1] - range[0] : 1;
  return (
    <Separated>
      <span className={styles.label}>Tolerance</span>
      <Slider
        className={styles.slider ?? ""}
        thumbLabel="Tolerance, in the image's values"
        min={0}
        max={most / 4}
        step={most > 40 ? 1 : most / 1_000}
        value={tolerance}
        onChange={(value) => annotation.setGrowing({ tolerance: value })}
      />
      <NumberInput
        aria-label="Tolerance, in the image's values"
        size="xs"
        w={64}
        hideControls
        min={0}
        prefix="± "
        value={tolerance}
        onChange={(value) => typeof value === "number" && annotation.setGrowing({ tolerance: value })}
      />
      <Choice
        label="Reach"
        choices={[
          {
            label: "This slice",
            chosen: !volume,
            choose: () => annotation.setGrowing({ volume: false }),
          },
          {
            label: "Volume",
            chosen: volume,
            choose: () => annotation.setGrowing({ volume: true }),
            refusal: isOne ? "The series has one slice." : undefined,
          },
        ]}
      />
    </Separated>
  );
}

function OnlyValues() {
  const { on, low, high } = useAnnotation((state) => state.onlyValues);
  const range = useValueRange();
  if (!range) return null;
  const [least, most] = range;
  const toggle = () =>
    annotation.setOnlyValues({
      on: !on,
      // A first range, to be narrowed: none was chosen, or one of another image.
      ...((low >= high || low > most || high < least) && { low: least, high: most }),
    });
  return (
    <Separated>
      <Tooltip label="Paints only where the image's value lies in the range. Shift and a press take it from around a pixel.">
        <Checkbox size="xs" label="Only values" checked={on} onChange={toggle} />
      </Tooltip>
      {on && (
        <>
          <RangeSlider
            className={styles.range ?? ""}
            min={least}
            max={most}
            step={most - least > 40 ? 1 : (most - least) / 1_000}
            minRange={0}
            value={[low, high]}
            label={null}
            thumbFromLabel="Least value"
            thumbToLabel="Greatest value"
            onChange={([from, to]) => annotation.setOnlyValues({ low: from, high: to })}
          />
          <output className={styles.rangeText}>
            {formatValue(low)} to {formatValue(high)}
          </output>
        </>
      )}
    </Separated>
  );
}

const formatValue = (value: number): string =>
  (Number.isInteger(value) ? value.toString() : value.toPrecision(3)).replace("-", "−");

const rules: readonly { value: OverwriteRule; label: string }[] = [
  { value: "none", label: "Over background" },
  { value: "visible", label: "Over visible segments" },
  { value: "all", label: "Over all segments" },
];

function Overwrite() {
  const overwrite = useAnnotation((state) => state.overwrite);
  return (
    <Select
      aria-label="What gives way"
      w={164}
      data={[...rules]}
      value={overwrite}
      onChange={(value) => value !== null && annotation.set({ overwrite: value })}
    />
  );
}
