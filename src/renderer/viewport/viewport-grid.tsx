import { useEffect } from "react";
import { useShallow } from "zustand/react/shallow";
import { layouts } from "../state/viewport-model";
import { viewportOf, visibleViewportIds } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { playCine } from "./cine";
import { frameKey, frameStore } from "./frame-store";
import { Viewport, type ViewportProps } from "./viewport";
import styles from "./viewport.module.css";

/** The viewports of the layout, or the maximised one alone. */
export function ViewportGrid({ onRunSlice }: Pick<ViewportProps, "onRunSlice">) {
  const ids = useViewports(useShallow(visibleViewportIds));
  const layout = useViewports((state) => layouts[state.layout]);
  const isMaximised = useViewports((state) => state.maximisedViewportId !== undefined);
  const { rows, columns } = isMaximised ? layouts["1x1"] : layout;
  useEffect(() => playCine(viewportsStore, hasFrame), []);
  return (
    <div
      className={styles.grid}
      role="group"
      aria-label="Viewports"
      data-testid="viewport-grid"
      style={{
        gridTemplateRows: `repeat(${rows}, minmax(0, 1fr))`,
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
      }}
    >
      {ids.map((id) => (
        <Viewport key={id} id={id} onRunSlice={onRunSlice} />
      ))}
    </div>
  );
}

/** Whether cine may go on: the slice has arrived. Reformatted planes are computed from what there is. */
function hasFrame(id: string): boolean {
  const { seriesId, frameIndex, plane } = viewportOf(viewportsStore.getState(), id);
  if (seriesId === undefined) return false;
  return plane !== "native" || frameStore.read(frameKey(seriesId, frameIndex)).state !== "missing";
}
