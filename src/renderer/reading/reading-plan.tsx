import { Button, Checkbox, Select } from "@mantine/core";
import { useState } from "react";
import type { ReadingOrder } from "../../core/comparison/blind-reading";
import type { LaboratoryView, ReadingView } from "../../host/contract";
import { counted } from "../app/format";
import { Choice } from "../inspector/choice";
import { useLaboratory } from "../state/laboratory";
import { beginReading, goOn } from "./actions";
import styles from "./reading.module.css";

interface ReadingPlanProps {
  view: LaboratoryView;
  seriesId: string;
  readings: readonly ReadingView[];
}

const amounts = [
  { value: "10", label: "10 slices a pair" },
  { value: "20", label: "20 slices a pair" },
  { value: "50", label: "50 slices a pair" },
  { value: "100000", label: "All slices" },
];

/** What is read: which models, in which order, how many slices. */
export function ReadingPlan({ view: { record }, seriesId, readings }: ReadingPlanProps) {
  const scope = useLaboratory((state) => state.scope);
  const all = record.models.map(({ id }) => id);
  const [models, setModels] = useState<readonly string[]>(all);
  const [order, setOrder] = useState<ReadingOrder>("disputed");
  const [amount, setAmount] = useState("20");
  const [isBeginning, setBeginning] = useState(false);
  const begin = async () => {
    setBeginning(true);
    await beginReading({ seriesId, scope, models: [...models], order, mostPerPair: Number(amount) });
    setBeginning(false);
  };
  return (
    <div className={styles.middle}>
      <div className={styles.form}>
        <p>
          Two masks of a slice are shown beside each other, without names and on sides that chance decides.
          You say which is better; the names come at the end.
        </p>
        <fieldset>
          <legend>Models</legend>
          {record.models.map(({ id, name }) => (
            <Checkbox
              key={id}
              size="xs"
              label={name}
              checked={models.includes(id)}
              onChange={({ currentTarget: { checked } }) =>
                setModels(all.filter((each) => (each === id ? checked : models.includes(each))))
              }
            />
          ))}
        </fieldset>
        <div className={styles.row}>
          <Choice
            label="Order"
            value={order}
            choices={[
              { value: "disputed", label: "Most disputed first" },
              { value: "random", label: "By chance" },
            ]}
            onChange={setOrder}
          />
          <Select
            aria-label="How many slices"
            data={amounts}
            value={amount}
            onChange={(value) => setAmount(value ?? "20")}
          />
        </div>
        <Button
          variant="filled"
          disabled={models.length < 2}
          loading={isBeginning}
          onClick={() => void begin()}
        >
          Begin
        </Button>
        {readings.length > 0 && <Earlier readings={readings} seriesId={seriesId} />}
      </div>
    </div>
  );
}

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

function Earlier({ readings, seriesId }: Pick<ReadingPlanProps, "readings" | "seriesId">) {
  return (
    <section aria-label="Earlier readings">
      <h2>Earlier readings</h2>
      <ul className={styles.earlier}>
        {readings.map((reading) => {
          const { id, begunAt, choices, candidateCount, result } = reading;
          const answered = choices.filter((choice) => choice !== null).length;
          return (
            <li key={id}>
              <span>{moment.format(begunAt)}</span>
              <span className={styles.words}>
                {`${counted(candidateCount, "model")}, ${answered} of ${choices.length} answered`}
              </span>
              <Button onClick={() => goOn(seriesId, reading)}>{result ? "Result" : "Go on"}</Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
