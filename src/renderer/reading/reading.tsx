import { Button, Loader } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { LaboratoryView, ReadingView } from "../../host/contract";
import controls from "../app/controls/controls.module.css";
import { Choice } from "../inspector/choice";
import { useReadings } from "../state/queries";
import { useReading } from "../state/reading";
import { leaveReading } from "./actions";
import { PresentedPair } from "./presented-pair";
import { ReadingPlan } from "./reading-plan";
import styles from "./reading.module.css";
import { ReadingResult } from "./reading-result";

/** Blind reading, in place of the Laboratory's figures: what to read, slice after slice, and what was found. */
export function Reading({ view, seriesId }: { view: LaboratoryView | undefined; seriesId: string }) {
  const id = useReading((state) => state.id);
  const readings = useReadings(seriesId).data;
  const reading = readings?.find((each) => each.id === id);
  return (
    <main className={styles.workplace} aria-label="Blind reading">
      <header className={styles.bar}>
        <h1>Blind reading</h1>
        {reading !== undefined && <Progress reading={reading} />}
        <span className={controls.spring} />
        {reading !== undefined && reading.result === undefined && <PartChoice />}
        <Button leftSection={<IconX size={16} />} onClick={leaveReading}>
          {reading === undefined || reading.result !== undefined ? "Close" : "Go on later"}
        </Button>
      </header>
      {readings === undefined || (reading === undefined && view === undefined) ? (
        <div className={styles.middle}>
          <Loader size={20} />
        </div>
      ) : reading === undefined ? (
        <ReadingPlan view={view!} seriesId={seriesId} readings={readings} />
      ) : reading.result !== undefined ? (
        <ReadingResult reading={reading} result={reading.result} />
      ) : (
        <PresentedPair reading={reading} />
      )}
    </main>
  );
}

function Progress({ reading: { choices, result } }: { reading: ReadingView }) {
  const at = useReading((state) => state.at);
  if (result !== undefined) return null;
  const answered = choices.filter((choice) => choice !== null).length;
  return (
    <span className={styles.words} role="status">
      {at < choices.length && `Pair ${at + 1} of ${choices.length}, `}
      {`${answered} answered`}
    </span>
  );
}

function PartChoice() {
  const isWhole = useReading((state) => state.isWhole);
  return (
    <Choice
      label="Part of the slice"
      value={isWhole ? "whole" : "around"}
      choices={[
        { value: "around", label: "Around the masks" },
        { value: "whole", label: "Whole slice" },
      ]}
      onChange={(value) => useReading.setState({ isWhole: value === "whole" })}
    />
  );
}
