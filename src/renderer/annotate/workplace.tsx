import { useEffect } from "react";
import { MeasurementsSection } from "../measure/measurements-section";
import { ValuesSection } from "../measure/values-section";
import { annotateViewportId } from "../state/viewport-model";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { Viewport } from "../viewport/viewport";
import { showAnnotations } from "./annotation-layer";
import styles from "./annotate.module.css";
import { HistorySection } from "./history-section";
import { AnnotateOverlay } from "./overlay";
import { SegmentsSection } from "./segments/segments-section";
import { SliceStrip } from "./slice-strip";
import { ToolOptions } from "./tool-options";
import { ToolStrip } from "./tool-strip";
import { useUnsavedWarning } from "./use-unsaved-warning";

/** Where masks are made and corrected: what the tool can do above, tools beside, one viewport, the slices below. */
export function AnnotateCentre() {
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  useEffect(() => showAnnotations(), []);
  useUnsavedWarning();
  return (
    <main className={styles.centre}>
      <ToolOptions />
      <div className={styles.work}>
        <ToolStrip />
        <div className={styles.viewport}>
          <Viewport id={annotateViewportId} overlay={(session) => <AnnotateOverlay session={session} />} />
        </div>
      </div>
      {seriesId !== undefined && <SliceStrip seriesId={seriesId} />}
    </main>
  );
}

/** What the inspector shows of the series in Annotate. */
export function AnnotateSections({ seriesId }: { seriesId: string }) {
  return (
    <>
      <SegmentsSection seriesId={seriesId} />
      <MeasurementsSection seriesId={seriesId} />
      <ValuesSection seriesId={seriesId} />
      <HistorySection seriesId={seriesId} />
    </>
  );
}
