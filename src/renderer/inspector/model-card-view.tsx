import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { ModelView, RunView } from "../../host/contract";
import { removeModel } from "../actions/import-model";
import { counted, formatMegabytes, formatMilliseconds, formatParameters, formatRatio } from "../app/format";
import styles from "./inspector.module.css";

/** A model's card: what it is for, how good and how large it is, how fast it is here. */
export function ModelCardView({ model, run }: { model: ModelView; run: RunView | undefined }) {
  const { card, here } = model;
  const { evaluation } = card;
  return (
    <div className={styles.card} data-selectable>
      <p>{card.description}</p>
      <dl>
        {evaluation &&
          Object.entries(evaluation.segments).map(([label, measured]) => (
            <Fact key={label} name={`Dice, ${label}`}>
              {formatRatio(measured.dice)} on {counted(evaluation.images, "image")}
            </Fact>
          ))}
        <Fact name="Network">{card.architecture.encoder}</Fact>
        <Fact name="Parameters">{formatParameters(card.architecture.parameters)}</Fact>
        <Fact name="Size">{formatMegabytes(card.weights.bytes)} MB</Fact>
        {here && (
          <Fact name="Time here">
            {formatMilliseconds(here.msPerFrame)} ms a slice, {here.provider.toUpperCase()}
          </Fact>
        )}
        {here && <Fact name="Memory here">{formatMegabytes(here.memoryBytes)} MB</Fact>}
        {run?.provider !== undefined && <Fact name="Last run">{run.provider}</Fact>}
        <Fact name="Licence">{card.licence}</Fact>
      </dl>
      {card.limits.length > 0 && (
        <ul>
          {card.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      )}
      <p>{card.use}</p>
      {!model.bundled && (
        <Button variant="outline" mt={8} onClick={() => void removeModel(model)}>
          Remove from your models
        </Button>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
