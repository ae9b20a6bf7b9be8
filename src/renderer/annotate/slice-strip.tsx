import { useElementSize } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useRef } from "react";
import { frameThumbnailUrl } from "../api/host";
import { Thumbnail } from "../app/controls/thumbnail";
import { activeViewport, sliceCount } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { annotatedLayer, useAnnotation } from "./annotation";
import styles from "./annotate.module.css";

/** CSS pixels. */
const leastCell = 48;
const mostCell = 64;
const pictureHeight = 44;

/** Every slice as a small picture: which is in view, and which have something drawn on them. */
export function SliceStrip({ seriesId }: { seriesId: string }) {
  const count = useViewports((state) => sliceCount(state, state.activeViewportId));
  const shown = useViewports((state) => activeViewport(state).frameIndex);
  const annotation = useAnnotation();
  const layer = useViewports((state) => annotatedLayer(state, annotation));
  const drawn = layer?.frames;
  // Which segments lie on a slice is not known here: several share the layer's colour.
  const colour = layer?.segments.length === 1 ? layer.segments[0]?.colour : layer?.colour;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize();
  const cell = Math.min(mostCell, Math.max(leastCell, width / Math.max(1, count)));
  const cells = useVirtualizer({
    horizontal: true,
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => cell,
    overscan: 4,
  });
  useEffect(() => {
    cells.measure();
  }, [cells, cell]);
  useEffect(() => {
    cells.scrollToIndex(shown, { align: "auto" });
  }, [cells, shown]);
  if (count < 2) return null;
  const { activeViewportId, setFrame } = viewportsStore.getState();
  return (
    <section ref={measured} className={styles.film} aria-label="Slices">
      <div ref={scroller} className={styles.filmScroller}>
        <ol style={{ width: cells.getTotalSize(), "--drawn": colour } as CSSProperties}>
          {cells.getVirtualItems().map(({ index, start }) => (
            <li key={index} style={{ transform: `translateX(${start}px)`, width: cell }}>
              <button
                type="button"
                data-drawn={drawn?.includes(index) ?? false}
                aria-label={`Slice ${index + 1}${drawn?.includes(index) === true ? ", annotated" : ""}`}
                {...(index === shown && { "aria-current": "true" as const })}
                onClick={() => setFrame(activeViewportId, index)}
              >
                <Thumbnail
                  source={frameThumbnailUrl(seriesId, index, 96)}
                  size={{ width: Math.floor(cell) - 3, height: pictureHeight }}
                />
                {index + 1}
              </button>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
