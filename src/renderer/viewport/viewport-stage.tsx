import type Konva from "konva";
import { type RefObject, useEffect, useRef, useState } from "react";
import { Layer, Shape, Stage } from "react-konva";
import { drawMeasurements, hasMeasurements } from "../measure/draw-measurements";
import { followMeasurements, useMeasuring } from "../measure/measuring";
import { useMeasurements } from "../state/queries";
import { viewportOf } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { PanCache } from "./pan-cache";
import { drawCursor, drawImage, drawLayers, hasCursor, hasLayers, panLayers, rasters } from "./scene";
import type { ViewportSession } from "./session";

const casingDelayMs = 120;

/**
 * A viewport's three canvases: image, masks, measurements with the crosshair. React only gives them their size; what they show is drawn
 * from the stores, at most once a frame, and none of them listens to the mouse.
 */
export function ViewportStage({ session }: { session: ViewportSession }) {
  const size = useViewports((state) => viewportOf(state, session.id).size);
  // Asked for here; drawn from what is kept of the answer.
  useMeasurements(useViewports((state) => viewportOf(state, session.id).seriesId));
  const image = useRef<Konva.Layer>(null);
  const masks = useRef<Konva.Layer>(null);
  const overlay = useRef<Konva.Layer>(null);
  const isPanning = useRef(false);
  const [panCache] = useState(() => new PanCache());
  const held = useRef<Set<string>>(new Set());

  useEffect(() => {
    let casingTimer: ReturnType<typeof setTimeout> | undefined;
    const redrawMasks = redrawing(masks, () => hasLayers(session));
    const redrawOverlay = redrawing(overlay, () => hasCursor(session) || hasMeasurements(session));
    const endings = [
      session.onRedraw((what) => {
        if (what === "masks") {
          panCache.clear();
          redrawMasks();
          return;
        }
        image.current?.batchDraw();
        clearTimeout(casingTimer);
        if (what === "image") {
          // Masks lie still while the window is dragged; only their casing follows, once it rests.
          casingTimer = setTimeout(() => {
            panCache.clear();
            redrawMasks();
          }, casingDelayMs);
          return;
        }
        isPanning.current = what === "pan";
        if (what !== "pan") panCache.clear();
        redrawMasks();
        redrawOverlay();
      }),
      viewportsStore.subscribe((state, previous) => {
        const changed =
          state.cursor !== previous.cursor ||
          state.pin !== previous.pin ||
          state.crosshairShown !== previous.crosshairShown ||
          state.tool !== previous.tool;
        if (changed) redrawOverlay();
      }),
      useMeasuring.subscribe(redrawOverlay),
      followMeasurements(redrawOverlay),
      followDevicePixelRatio((ratio) =>
        [image, masks, overlay].forEach(({ current }) => {
          current?.getCanvas().setPixelRatio(ratio);
          current?.batchDraw();
        }),
      ),
    ];
    const holders = held;
    return () => {
      endings.forEach((end) => end());
      clearTimeout(casingTimer);
      rasters.release(`${session.id}/image`);
      rasters.release(`${session.id}/file-overlay`);
      holders.current.forEach((holder) => rasters.release(holder));
      holders.current = new Set();
    };
  }, [session, panCache]);

  if (size.width === 0 || size.height === 0) return null;
  return (
    <Stage width={size.width} height={size.height} listening={false}>
      <Layer ref={image} listening={false}>
        <Shape
          listening={false}
          perfectDrawEnabled={false}
          sceneFunc={({ _context }) => drawImage(_context, session)}
        />
      </Layer>
      <Layer ref={masks} listening={false}>
        <Shape
          listening={false}
          perfectDrawEnabled={false}
          sceneFunc={({ _context }) => {
            held.current = isPanning.current
              ? panLayers(_context, session, { cache: panCache, held: held.current })
              : drawLayers(_context, session, held.current);
            isPanning.current = false;
          }}
        />
      </Layer>
      <Layer ref={overlay} listening={false}>
        <Shape
          listening={false}
          perfectDrawEnabled={false}
          sceneFunc={({ _context }) => {
            drawMeasurements(_context, session);
            drawCursor(_context, session);
          }}
        />
      </Layer>
    </Stage>
  );
}

/**
 * Draws a canvas anew, unless it is empty and stays so: to clear one costs the compositor what drawing on it does, and
 * an empty crosshair canvas would be cleared with every movement of the mouse.
 */
function redrawing(layer: RefObject<Konva.Layer | null>, hasContent: () => boolean): () => void {
  let wasEmpty = false;
  return () => {
    const isEmpty = !hasContent();
    if (!(isEmpty && wasEmpty)) layer.current?.batchDraw();
    wasEmpty = isEmpty;
  };
}

/** Calls back when the window moves to a screen of another resolution, or the page is zoomed. Returns the end. */
function followDevicePixelRatio(onChange: (ratio: number) => void): () => void {
  let ending = new AbortController();
  const follow = (): void => {
    ending = new AbortController();
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener(
      "change",
      () => {
        onChange(window.devicePixelRatio);
        follow();
      },
      { signal: ending.signal, once: true },
    );
  };
  follow();
  return () => ending.abort();
}
