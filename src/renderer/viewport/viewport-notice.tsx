import { Button } from "@mantine/core";
import { IconAlertCircle, IconRefresh } from "@tabler/icons-react";
import { useStore } from "zustand";
import type { LayerView } from "../../host/contract";
import { useRuns } from "../state/queries";
import { viewportOf } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { frameKey, frameStore } from "./frame-store";
import { useOwnLayer } from "./viewport-header";
import type { ViewportSession } from "./session";
import styles from "./viewport.module.css";

interface NoticeProps {
  session: ViewportSession;
  /** Runs the layer's model on the slice in view; without it, no action is offered. */
  onRunSlice?: ((layer: LayerView, frame: number) => void) | undefined;
}

/** The one card that may lie over an image: why there is no picture, or no layer for this slice. */
export function ViewportNotice({ session, onRunSlice }: NoticeProps) {
  const status = useStore(session.status);
  if (status.state === "empty") return null;
  if (status.state === "failed") return <FrameFailure session={session} error={status.error} />;
  if (status.state === "loading" && !status.picture)
    return (
      <div className={styles.waiting} role="status">
        <span>Loading</span>
      </div>
    );
  return <MissingLayer id={session.id} onRunSlice={onRunSlice} />;
}

function FrameFailure({ session, error }: { session: ViewportSession; error: unknown }) {
  const { seriesId, frameIndex } = useViewports((state) => viewportOf(state, session.id));
  const hint = error instanceof Error && "hint" in error && typeof error.hint === "string" ? error.hint : "";
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Card title={`Slice ${frameIndex + 1} cannot be shown`} message={`${message} ${hint}`.trim()}>
      <Button
        leftSection={<IconRefresh size={14} />}
        onClick={() => seriesId !== undefined && frameStore.retry(frameKey(seriesId, frameIndex))}
      >
        Try again
      </Button>
    </Card>
  );
}

/** A viewport that stands for a layer says so when the slice has none, and offers to run it. */
function MissingLayer({ id, onRunSlice }: { id: string; onRunSlice: NoticeProps["onRunSlice"] }) {
  const { frameIndex, plane, primaryLayerId, seriesId, probability } = useViewports((state) =>
    viewportOf(state, id),
  );
  const hidden = useViewports((state) => state.layersHidden);
  const layer = useOwnLayer(id);
  const runs = useRuns(seriesId).data;
  // Probabilities are computed for every slice, whether it was run or not.
  if (probability || hidden || plane !== "native" || !layer || layer.id !== primaryLayerId) return null;
  if (layer.frames.includes(frameIndex)) return null;
  const { origin } = layer;
  const run = origin.kind === "model" ? runs?.find((candidate) => candidate.id === origin.runId) : undefined;
  const failure = run?.failures.find(({ frame }) => frame === frameIndex);
  const isComing = run?.state === "running" || run?.state === "waiting";
  // The header says how far the run is: nothing lies over pixels that are being read.
  if (isComing && !failure) return null;
  return (
    <Card title="No layer for this slice" message={failure?.message ?? `${layer.name} was not run on it.`}>
      {origin.kind === "model" && onRunSlice && (
        <Button leftSection={<IconRefresh size={14} />} onClick={() => onRunSlice(layer, frameIndex)}>
          Run this slice
        </Button>
      )}
    </Card>
  );
}

function Card({ title, message, children }: { title: string; message: string; children: React.ReactNode }) {
  return (
    <div className={styles.card} role="status" data-own-pointer>
      <IconAlertCircle size={20} className={styles.cardIcon} />
      <div className={styles.cardText}>
        <b>{title}</b>
        <span>{message}</span>
      </div>
      {children}
    </div>
  );
}
