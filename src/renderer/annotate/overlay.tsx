import { useEffect, useRef } from "react";
import { useViewports } from "../state/viewports";
import type { ViewportSession } from "../viewport/session";
import { annotatedLayer, useAnnotation } from "./annotation";
import { StartCard } from "./start-card";
import { ToolPointer } from "./tool-pointer";
import styles from "./annotate.module.css";

/** What lies over the picture in Annotate: it takes the pointer for the tool in the hand, and shows what that draws. */
export function AnnotateOverlay({ session }: { session: ViewportSession }) {
  const chosen = useAnnotation();
  const { tool } = chosen;
  const hasLayer = useViewports((state) => annotatedLayer(state, chosen) !== undefined);
  const panHeld = useViewports((state) => state.panHeld);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!element.current || tool === undefined) return undefined;
    const pointer = new ToolPointer(element.current, session, tool);
    return () => pointer.end();
  }, [session, tool]);
  return (
    <>
      <div
        ref={element}
        className={styles.overlay}
        data-testid="annotate-overlay"
        data-tool={tool}
        data-ready={hasLayer || undefined}
        data-idle={tool === undefined || panHeld || undefined}
      >
        <svg className={styles.drawing} aria-hidden>
          <path data-part="casing" />
          <path data-part="line" />
          <g data-part="anchors" />
          <g data-part="cursor">
            <ellipse data-part="disc" />
            <rect data-part="square" />
            <path d="M-4 0H4M0 -4V4" />
            <text />
          </g>
        </svg>
      </div>
      <StartCard session={session} />
    </>
  );
}
