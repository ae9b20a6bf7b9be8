import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import type { LayerView } from "../../host/contract";
import { MeasurePointer } from "../measure/measure-pointer";
import { seriesOf, sliceCount, viewportOf } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { CornerTexts } from "./corner-texts";
import { CurtainHandle } from "./curtain-handle";
import { DifferenceLegend } from "./difference-legend";
import { DisagreementLegend } from "./disagreement-legend";
import { frameStore } from "./frame-store";
import { listenToGestures } from "./gestures";
import { labelMapStore } from "./label-map-store";
import { ProbabilityBar } from "./probability-bar";
import { probabilityStore } from "./probability-store";
import { ViewportSession } from "./session";
import { useOwnLayer, ViewportHeader } from "./viewport-header";
import { ViewportNotice } from "./viewport-notice";
import { ViewportStage } from "./viewport-stage";
import styles from "./viewport.module.css";
import { workingLabelMaps } from "./working-label-maps";

export interface ViewportProps {
  id: string;
  /** What "Run this slice" does; without it the viewport does not offer it. */
  onRunSlice?: ((layer: LayerView, frame: number) => void) | undefined;
  /** What lies over the picture, in place of the header and what Compare has there. */
  overlay?: (session: ViewportSession) => React.ReactNode;
}

/** One picture with its layers, texts and header. */
export function Viewport({ id, onRunSlice, overlay }: ViewportProps) {
  const [session] = useState(
    () =>
      new ViewportSession(id, {
        store: viewportsStore,
        frames: frameStore,
        labelMaps: labelMapStore,
        probabilities: probabilityStore,
        working: workingLabelMaps,
      }),
  );
  useEffect(() => session.start(), [session]);
  const isActive = useViewports((state) => state.activeViewportId === id);
  const isEmpty = useViewports((state) => viewportOf(state, id).seriesId === undefined);
  return (
    <section
      className={styles.viewport}
      data-testid={`viewport-${id}`}
      data-viewport={id}
      data-active={isActive || undefined}
      data-over-image
      tabIndex={isActive ? 0 : -1}
      aria-label={useLabel(id)}
      onFocus={() => viewportsStore.getState().activate(id)}
    >
      {!overlay && <ViewportHeader id={id} />}
      <Canvas session={session}>
        {!isEmpty && (
          <>
            {overlay?.(session)}
            <CornerTexts session={session} />
            {!overlay && <DifferenceLegend id={id} />}
            {!overlay && <DisagreementLegend id={id} />}
            {!overlay && <CurtainHandle id={id} />}
            {!overlay && <ProbabilityBar session={session} />}
            <ViewportNotice session={session} onRunSlice={onRunSlice} />
          </>
        )}
      </Canvas>
    </section>
  );
}

/** What a screen reader says of the viewport. */
function useLabel(id: string): string {
  const series = useViewports((state) => seriesOf(state, id));
  const slice = useViewports((state) => viewportOf(state, id).frameIndex);
  const count = useViewports((state) => sliceCount(state, id));
  const layer = useOwnLayer(id);
  if (!series) return `Viewport ${id}, empty`;
  return `Viewport ${id}, ${layer ? `${layer.name} on ` : ""}${series.title}, slice ${slice + 1} of ${count}`;
}

/** The area of the picture: reports its size, listens to the mouse, holds the canvases. */
function Canvas({ session, children }: { session: ViewportSession; children: React.ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const tool = useViewports((state) => (state.panHeld ? "pan" : state.tool));
  const state = useStore(session.status, (status) => status.state);
  useEffect(() => {
    const canvas = element.current;
    if (!canvas) return undefined;
    const measurePointer = new MeasurePointer(canvas, session);
    const endGestures = listenToGestures(canvas, session, viewportsStore);
    const observer = new ResizeObserver(() =>
      viewportsStore
        .getState()
        .reportSize(session.id, { width: canvas.clientWidth, height: canvas.clientHeight }),
    );
    observer.observe(canvas);
    return () => {
      observer.disconnect();
      measurePointer.end();
      endGestures();
    };
  }, [session]);
  return (
    <div
      ref={element}
      className={styles.canvas}
      data-testid={`canvas-${session.id}`}
      data-tool={tool}
      data-state={state}
    >
      <ViewportStage session={session} />
      {children}
    </div>
  );
}
