import { useElementSize } from "@mantine/hooks";
import type { ReactNode } from "react";
import { type CaseMetricKey, metricWords } from "../../core/comparison/metric-words";
import type { ComparisonRecord } from "../../core/comparison/record";
import { costScene, type LetteredModel, spreadScene } from "../../core/comparison/scenes";
import { Choice } from "../inspector/choice";
import { useLaboratory } from "../state/laboratory";
import styles from "./laboratory.module.css";
import { ScenePlot } from "./scene-plot";
import { VolumeFigures } from "./volume-figures";

export interface FigureParts {
  record: ComparisonRecord;
  models: readonly LetteredModel[];
  segment: string;
}

/** A panel of the Laboratory: its name, a few words on what it shows, and its content. */
export function Panel({
  name,
  words,
  aside,
  children,
}: {
  name: string;
  words?: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={styles.panel} aria-label={name}>
      <header className={styles.head}>
        <h2>{name}</h2>
        {words !== undefined && <span className={styles.words}>{words}</span>}
        {aside}
      </header>
      {children}
    </section>
  );
}

const chooseCase = (caseKey: string): void => useLaboratory.setState({ caseKey });

/** Plots are laid out for the width that they have, and never narrower than they can be read. */
const leastWidth = 300;

/** How a metric is distributed over the cases, candidate by candidate. */
export function SpreadPanel({
  metric,
  chosen,
  ...parts
}: FigureParts & { metric: CaseMetricKey; chosen: string | undefined }) {
  const { ref, width } = useElementSize();
  const volumes = (parts.record.volumes ?? []).filter(({ referenceSha256 }) => referenceSha256 !== undefined);
  return (
    <Panel
      name="Spread"
      words={`${metricWords[metric].name}; a dot is a slice, the box holds the middle half`}
    >
      <div ref={ref} className={styles.ground}>
        {width > 0 && (
          <ScenePlot
            scene={spreadScene(parts, metric, Math.max(leastWidth, Math.floor(width)))}
            chosen={chosen}
            onChoose={chooseCase}
          />
        )}
      </div>
      {volumes.length > 0 && <VolumeFigures {...parts} volumes={volumes} metric={metric} />}
    </Panel>
  );
}

const costChoices = [
  { value: "time", label: "Time" },
  { value: "memory", label: "Memory" },
  { value: "parameters", label: "Parameters" },
] as const;

/** Mean Dice against what a candidate costs on this machine. */
export function CostPanel(parts: FigureParts) {
  const cost = useLaboratory((state) => state.cost);
  const { ref, width, height } = useElementSize();
  const size = { width: Math.max(leastWidth, Math.floor(width)), height: Math.max(180, Math.floor(height)) };
  const scene = width > 0 ? costScene(parts, cost, size) : undefined;
  return (
    <Panel
      name="Accuracy and cost"
      aside={
        <div className={styles.aside}>
          <Choice
            label="Cost"
            value={cost}
            choices={costChoices}
            onChange={(value) => useLaboratory.setState({ cost: value })}
          />
        </div>
      }
    >
      <div ref={ref} className={styles.ground}>
        {scene ? (
          <ScenePlot scene={scene} />
        ) : (
          width > 0 && (
            <p className={styles.onGround}>
              Two models with a Dice and a measured cost are needed. Run them here, and they are measured.
            </p>
          )
        )}
      </div>
    </Panel>
  );
}
