import type { ComponentType } from "react";
import shell from "../app/shell.module.css";
import { MeasurementsSection } from "../measure/measurements-section";
import { ValuesSection } from "../measure/values-section";
import { useLayers, useRuns } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import { DisagreementSection } from "./disagreement-section";
import styles from "./inspector.module.css";
import { LayersSection } from "./layers-section";
import { ModelsSection } from "./models-section";
import { ProblemsPanel } from "./problems-panel";
import { ReferenceSection } from "./reference-section";

/** What is known of the active series: layers, models, figures, where they differ; or what went wrong. */
export function Inspector({
  sections: Sections = CompareSections,
}: {
  sections?: ComponentType<{ seriesId: string }>;
}) {
  const view = useWorkbench((state) => state.inspectorView);
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  return (
    <aside className={shell.panel} aria-label={view === "problems" ? "Problems" : "Inspector"}>
      {view === "problems" ? (
        <ProblemsPanel />
      ) : seriesId === undefined ? (
        <p className={styles.empty}>Choose a series on the left.</p>
      ) : (
        <div className={styles.scroller}>
          <Sections seriesId={seriesId} />
        </div>
      )}
    </aside>
  );
}

function CompareSections({ seriesId }: { seriesId: string }) {
  const layers = useLayers(seriesId).data ?? [];
  const runs = useRuns(seriesId).data ?? [];
  return (
    <>
      <LayersSection layers={layers} />
      <ModelsSection layers={layers} runs={runs} />
      <ReferenceSection seriesId={seriesId} layers={layers} runs={runs} />
      <DisagreementSection seriesId={seriesId} layers={layers} />
      <MeasurementsSection seriesId={seriesId} />
      <ValuesSection seriesId={seriesId} />
    </>
  );
}
