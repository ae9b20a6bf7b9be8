import { Select, TextInput } from "@mantine/core";
import type { ModelCard } from "../../core/model-card";
import { understandOutput } from "../../core/model-import/adjust";
import type { ImportView } from "../../host/contract";
import { formatMegabytes, formatParameters } from "../app/format";
import { changeImportCard } from "../state/model-import";
import styles from "./import.module.css";

type Output = ModelCard["output"];

const setOutput = (change: (output: Output) => Output) =>
  changeImportCard((card) => ({ ...card, output: change(card.output) }));

/** What the network is, and what can be said about it in words. */
export function NetworkFields({ view, card }: { view: ImportView; card: ModelCard }) {
  return (
    <section className={styles.fields} aria-label="Network">
      <TextInput
        size="xs"
        label="Name"
        value={card.name}
        maxLength={80}
        onChange={(event) => {
          const name = event.currentTarget.value;
          changeImportCard((known) => ({ ...known, name }));
        }}
      />
      <dl className={styles.facts}>
        <dt>Takes</dt>
        {view.inputs.map(({ name, type }) => (
          <dd key={name}>
            <b>{name}</b> {type}
          </dd>
        ))}
        <dt>Gives</dt>
        {view.outputs.map(({ name, type }) => (
          <dd key={name}>
            <b>{name}</b> {type}
          </dd>
        ))}
        <dt>Size</dt>
        <dd>
          {formatParameters(card.architecture.parameters)} parameters, {formatMegabytes(card.weights.bytes)}{" "}
          MB
        </dd>
        {card.source && card.source.producer !== "" && (
          <>
            <dt>Written by</dt>
            <dd>
              {card.source.producer}, opset {card.source.operatorSet}
            </dd>
          </>
        )}
      </dl>
      <OutputFields view={view} output={card.output} />
      <SegmentFields segments={card.output.segments} />
      <ul className={styles.notes}>
        {view.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </section>
  );
}

const readings = [
  { value: "softmax scores", label: "One class a pixel, scores" },
  { value: "softmax inside", label: "One class a pixel, probabilities" },
  { value: "sigmoid scores", label: "Each segment by itself, scores" },
  { value: "sigmoid inside", label: "Each segment by itself, probabilities" },
];

function OutputFields({ view, output }: { view: ImportView; output: Output }) {
  const { activation, activated } = output;
  const isOne = output.segments.length === 1 && activation === "sigmoid";
  return (
    <>
      {view.outputChoices.length > 1 && (
        <Select
          label="Segmentation"
          data={view.outputChoices.map(({ name }) => name)}
          value={output.name}
          onChange={(name) =>
            setOutput((known) => view.outputChoices.find((each) => each.name === name) ?? known)
          }
        />
      )}
      {activation !== "none" && (
        <Select
          label="What its values are"
          // One channel has no class to compare with.
          data={isOne ? readings.slice(2) : readings}
          value={`${activation} ${activated === true ? "inside" : "scores"}`}
          onChange={(reading) => {
            const [chosen, how] = (reading ?? "").split(" ");
            if (chosen !== "softmax" && chosen !== "sigmoid") return;
            setOutput((known) =>
              understandOutput(known, { activation: chosen, activated: how === "inside" }),
            );
          }}
        />
      )}
    </>
  );
}

function SegmentFields({ segments }: { segments: Output["segments"] }) {
  const change = (index: number, part: { label?: string; colour?: string }) =>
    setOutput((output) => ({
      ...output,
      segments: output.segments.map((segment, i) => (i === index ? { ...segment, ...part } : segment)),
    }));
  return (
    <div role="group" aria-label="Segments" className={styles.segments}>
      <h3>Segments</h3>
      {segments.map((segment, index) => (
        <div key={segment.value} className={styles.segment}>
          <input
            type="color"
            aria-label={`Colour of segment ${segment.value}`}
            value={segment.colour}
            onChange={(event) => change(index, { colour: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            aria-label={`Name of segment ${segment.value}`}
            value={segment.label}
            maxLength={64}
            onChange={(event) => change(index, { label: event.currentTarget.value })}
          />
        </div>
      ))}
    </div>
  );
}
