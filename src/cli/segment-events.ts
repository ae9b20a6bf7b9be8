import type { SegmentEvent } from "../services/segment-batch";
import { describeError, type Output } from "./output";
import type { ProgressDisplay } from "./progress-display";

/** One JSON object an item, or a sentence for what a person must know. */
export function tellSegmentEvent(
  event: SegmentEvent,
  { output, display }: { output: Output; display: ProgressDisplay },
): void {
  switch (event.type) {
    case "progress":
      display.update(event.progress);
      return;
    case "warning":
      display.note(`Warning: ${event.message}`);
      return;
    case "file-ignored":
      display.note(`${event.input}: ${event.what}, which has no picture; left out.`);
      return;
    case "frame-done":
    case "volume-done": {
      const { type, ...item } = event;
      output.item({ ok: true, kind: type === "frame-done" ? "frame" : "volume", ...item }, () => undefined);
      return;
    }
    case "file-failed":
    case "frame-failed":
    case "volume-failed": {
      const { type, ...item } = event;
      display.note(`Failed: ${describeFailure(event)}`);
      output.item({ ok: false, kind: type.slice(0, -"-failed".length), ...item }, () => undefined);
    }
  }
}

function describeFailure(event: Extract<SegmentEvent, { error: unknown }>): string {
  const place = event.type === "volume-failed" ? event.series : event.input;
  const frame = event.type === "frame-failed" && event.frame > 0 ? `, frame ${event.frame}` : "";
  const { file: _file, ...error } = event.error;
  return `${place}${frame}: ${describeError(error)}`;
}
