import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { useShallow } from "zustand/react/shallow";
import { LayerBadge } from "../app/controls/layer-badge";
import { layerLetter, layersOf, viewportOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import styles from "./viewport.module.css";

/** One press of an arrow key, as a share of the viewport's width. */
const keyStep = 0.02;

/** The line between two layers, with a handle to drag it by. */
export function CurtainHandle({ id }: { id: string }) {
  const curtain = useViewports((state) => viewportOf(state, id).curtain);
  const layers = useViewports((state) => layersOf(state, viewportOf(state, id).seriesId));
  const setPosition = useViewports((state) => state.setCurtainPosition);
  const line = useRef<HTMLDivElement>(null);
  const layerA = layers.find((layer) => layer.id === curtain?.layerA);
  const layerB = layers.find((layer) => layer.id === curtain?.layerB);
  const [letterA, letterB] = useViewports(
    useShallow((state) => [layerA, layerB].map((layer) => layer && layerLetter(state, layer))),
  );
  if (!curtain || !layerA || !layerB) return null;

  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const canvas = line.current?.parentElement;
    if (!canvas || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const bounds = canvas.getBoundingClientRect();
    setPosition(id, (event.clientX - bounds.left) / bounds.width);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = { ArrowLeft: -keyStep, ArrowRight: keyStep, Home: -1, End: 1 };
    const step = steps[event.key as keyof typeof steps] as number | undefined;
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setPosition(id, curtain.position + step);
  };
  return (
    <div ref={line} className={styles.curtain} style={{ left: `${curtain.position * 100}%` }}>
      <span className={styles.curtainLeft}>
        <LayerBadge letter={letterA} colour={layerA.colour} />
      </span>
      <span className={styles.curtainRight}>
        <LayerBadge letter={letterB} colour={layerB.colour} />
      </span>
      <div
        className={styles.curtainHandle}
        role="slider"
        tabIndex={0}
        aria-label={`Curtain between ${layerA.name} and ${layerB.name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(curtain.position * 100)}
        data-over-image
        data-own-pointer
        data-testid={`curtain-handle-${id}`}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
      >
        <svg width="16" height="10" viewBox="0 0 16 10" fill="none" stroke="currentColor" strokeWidth="1.35">
          <path d="M5 1.5 1.5 5 5 8.5M11 1.5 14.5 5 11 8.5" strokeLinecap="round" strokeLinejoin="round" />
        </svg>
      </div>
    </div>
  );
}
