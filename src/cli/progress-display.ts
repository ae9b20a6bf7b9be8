import { type SingleBar, Presets, SingleBar as Bar } from "cli-progress";
import { type BatchProgress, formatRemaining } from "../services/progress";

/** Shows how far a batch is, on standard error. */
export interface ProgressDisplay {
  update(progress: BatchProgress): void;
  /** Writes a sentence without tearing the bar. */
  note(sentence: string): void;
  stop(): void;
}

/** A log gets a line this often, in milliseconds. */
const lineEveryMs = 10_000;

/** A bar at a terminal; in a log a plain line now and then. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  return stream.isTTY ? new BarDisplay(stream) : new LineDisplay(stream);
}

function describeRate({ perSecond, remainingMs }: BatchProgress): string {
  if (perSecond === undefined || remainingMs === undefined) return "";
  const rate = perSecond >= 1 ? `${perSecond.toFixed(1)} a second` : `${(1 / perSecond).toFixed(1)} s each`;
  return `${rate}, ${formatRemaining(remainingMs)} left`;
}

class BarDisplay implements ProgressDisplay {
  private bar: SingleBar | undefined;
  private last: BatchProgress | undefined;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  update(progress: BatchProgress): void {
    this.last = progress;
    if (this.bar === undefined) {
      this.bar = new Bar(
        {
          stream: this.stream,
          format: "{bar} {value}/{total}  {rate}",
          barsize: 30,
          hideCursor: true,
          // Ctrl-C is the command's own: it stops the batch first.
          gracefulExit: false,
        },
        Presets.shades_grey,
      );
      this.bar.start(progress.total, 0, { rate: "" });
    }
    this.bar.update(progress.done, { rate: describeRate(progress) });
  }

  note(sentence: string): void {
    this.stop();
    this.stream.write(`${sentence}\n`);
    if (this.last !== undefined) this.update(this.last);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}

class LineDisplay implements ProgressDisplay {
  private saidAt = performance.now();

  constructor(private readonly stream: NodeJS.WritableStream) {}

  update(progress: BatchProgress): void {
    if (performance.now() - this.saidAt < lineEveryMs) return;
    this.saidAt = performance.now();
    const rate = describeRate(progress);
    this.note(`${progress.done} of ${progress.total}${rate === "" ? "" : `, ${rate}`}`);
  }

  note(sentence: string): void {
    this.stream.write(`${sentence}\n`);
  }

  stop(): void {
    // A line needs no end.
  }
}
