import { ActionIcon, Tooltip } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { memo, useMemo, type KeyboardEvent, type PointerEvent } from "react";
import { useShallow } from "zustand/react/shallow";
import type { LayerView } from "../../host/contract";
import { CommandButton } from "../app/controls/command-button";
import { LayerBadge } from "../app/controls/layer-badge";
import { useCommands } from "../app/command-context";
import { useComparison, useLayers, useRuns } from "../state/queries";
import { activeViewport, layerLetter, referenceLayerOf, sliceCount } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { dicePlot, linePath, spansOf, tickStep, unfinishedLayers, type DicePlot } from "./dice-plot";
import styles from "./scrubber.module.css";

const noLayers: readonly LayerView[] = [];

/** Which slice is in view, and how the layers do along the series, on one axis. */
export function SliceScrubber({ seriesId }: { seriesId: string }) {
  const count = useViewports((state) => sliceCount(state, state.activeViewportId));
  const isNative = useViewports((state) => activeViewport(state).plane === "native");
  const comparison = useComparison(seriesId).data;
  const layers = useLayers(seriesId).data ?? noLayers;
  // Figures belong to the slices as they were acquired.
  const plot = useMemo(
    () => dicePlot(isNative ? comparison : undefined, layers, count),
    [isNative, comparison, layers, count],
  );
  const hasLines = plot.lines.length > 0;
  // One picture has nothing to scroll to, and no course of figures along it.
  if (count === 1) return null;
  return (
    <section className={styles.scrubber} aria-label="Slices">
      <Position count={count} />
      <div className={styles.axis} aria-hidden>
        {hasLines && (
          <>
            <span style={{ top: 0 }}>1.0</span>
            <span style={{ top: 32 }}>{plot.low.toFixed(1)}</span>
          </>
        )}
        {plot.disagreement.some((value) => value !== null) && <span style={{ top: 51 }}>Δ</span>}
      </div>
      <PlotArea seriesId={seriesId} plot={plot} layers={layers} count={count} isNative={isNative} />
      {hasLines && <Legend plot={plot} layers={layers} />}
    </section>
  );
}

function Position({ count }: { count: number }) {
  const index = useViewports((state) => activeViewport(state).frameIndex);
  const playing = useViewports((state) => state.cine.playing);
  const { run } = useCommands();
  const label = playing ? "Pause" : "Play slices";
  return (
    <div className={styles.position}>
      <p>
        <strong>{index + 1}</strong> / {count}
      </p>
      <div className={styles.buttons}>
        <CommandButton command="slice.previous" icon={<IconChevronLeft size={16} />} />
        <Tooltip label={label}>
          <ActionIcon aria-label={label} disabled={count < 2} onClick={() => run("slice.play")}>
            {playing ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
          </ActionIcon>
        </Tooltip>
        <CommandButton command="slice.next" icon={<IconChevronRight size={16} />} />
      </div>
    </div>
  );
}

interface PlotAreaProps {
  seriesId: string;
  plot: DicePlot;
  layers: readonly LayerView[];
  count: number;
  isNative: boolean;
}

/** CSS pixels: two slices do not fill the window. */
const widestSlice = 64;

function PlotArea({ seriesId, plot, layers, count, isNative }: PlotAreaProps) {
  const { ref, width } = useElementSize();
  return (
    <div className={styles.plot} ref={ref} style={{ maxWidth: count * widestSlice }}>
      <div className={styles.ground}>
        <Lines plot={plot} count={count} />
        {isNative && <Waiting seriesId={seriesId} layers={layers} count={count} />}
      </div>
      <Ticks count={count} width={width} />
      <Cursor plot={plot} count={count} />
    </div>
  );
}

/** Pixels from the top of the plot: 1 at 4, the axis' lower end at 40. */
const yOf = (value: number, low: number): number => 4 + (36 * (1 - value)) / (1 - low);
const barHeight = 9;

/** The lines and bars; drawn anew when figures change, not when the slice does. */
const Lines = memo(function Lines({ plot, count }: { plot: DicePlot; count: number }) {
  const { lines, disagreement, low } = plot;
  const largest = Math.max(...disagreement.map((value) => value ?? 0));
  return (
    <svg viewBox={`0 0 ${Math.max(1, count)} 64`} preserveAspectRatio="none" aria-hidden>
      {lines.length > 0 &&
        [1, (1 + low) / 2, low].map((value) => (
          <path
            key={value}
            d={`M0 ${yOf(value, low)}H${count}`}
            stroke="var(--plot-line)"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      {disagreement.map((value, at) =>
        value === null || largest === 0 ? null : (
          <rect
            key={at}
            x={at + 0.02}
            width={0.96}
            y={64 - 1 - (barHeight * value) / largest}
            height={1 + (barHeight * value) / largest}
            fill="var(--plot-bar)"
          />
        ),
      )}
      {lines.map(({ layerId, colour, values }) => (
        <path
          key={layerId}
          d={linePath(values, (value) => yOf(value, low))}
          fill="none"
          stroke={colour}
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
});

/** Slices that a run still owes are hatched, and named. */
function Waiting({
  seriesId,
  layers,
  count,
}: {
  seriesId: string;
  layers: readonly LayerView[];
  count: number;
}) {
  const runs = useRuns(seriesId).data;
  const unfinished = useMemo(() => unfinishedLayers(layers, runs ?? [], count), [layers, runs, count]);
  const words = useViewports((state) =>
    unfinished
      .map(({ layerId, state: why }) => {
        const layer = layers.find(({ id }) => id === layerId);
        return layer ? `${layerLetter(state, layer)} ${why}` : "";
      })
      .join(", "),
  );
  const spans = spansOf(unfinished.flatMap(({ frames }) => frames));
  return spans.map(({ first, last }, at) => (
    <div
      key={first}
      className={styles.waiting}
      style={{ left: `${(100 * first) / count}%`, width: `${(100 * (last + 1 - first)) / count}%` }}
    >
      {at === spans.length - 1 && <span>{words}</span>}
    </div>
  ));
}

/** Where a slice's number stands: under its middle, and never cut off at the ends. */
const tickAt = (index: number, count: number): string =>
  `clamp(4px, ${(100 * (index + 0.5)) / count}%, calc(100% - 10px))`;

function Ticks({ count, width }: { count: number; width: number }) {
  const step = tickStep(count, width);
  const shown = useViewports((state) => activeViewport(state).frameIndex);
  // The numbers beside that of the slice in view make room for it.
  const room = (24 * count) / Math.max(1, width);
  const numbers = Array.from({ length: count }, (_, at) => at + 1).filter(
    (number) => (number === 1 || number % step === 0) && Math.abs(number - 1 - shown) >= room,
  );
  return (
    <div className={styles.ticks} aria-hidden>
      {numbers.map((number) => (
        <span key={number} style={{ left: tickAt(number - 1, count) }}>
          {number}
        </span>
      ))}
    </div>
  );
}

const noDots: readonly never[] = [];

/** The slice in view; dragged or moved by keys, it scrolls. */
function Cursor({ plot, count }: { plot: DicePlot; count: number }) {
  const index = useViewports((state) => activeViewport(state).frameIndex);
  const goTo = (to: number) => {
    const { activeViewportId, setFrame } = viewportsStore.getState();
    setFrame(activeViewportId, to);
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    if ((event.buttons & 1) === 0) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left) / width;
    goTo(Math.min(count - 1, Math.max(0, Math.floor(share * count))));
  };
  const press = (event: KeyboardEvent) => {
    const to = {
      ArrowRight: index + 1,
      ArrowUp: index - 1,
      ArrowLeft: index - 1,
      ArrowDown: index + 1,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    goTo(to);
  };
  const centre = `${(100 * (index + 0.5)) / count}%`;
  const dots = plot.lines.length > 0 ? plot.lines : noDots;
  return (
    <>
      <div className={styles.ticks} aria-hidden>
        <span className={styles.now} style={{ left: tickAt(index, count) }}>
          {index + 1}
        </span>
      </div>
      <div
        className={styles.cursor}
        style={{ left: `${(100 * index) / count}%`, width: `${100 / count}%` }}
        aria-hidden
      />
      {dots.map(({ layerId, colour, values }) => {
        const value = values[index] ?? null;
        return value === null ? null : (
          <i
            key={layerId}
            className={styles.dot}
            style={{ left: centre, top: yOf(value, plot.low), background: colour }}
          />
        );
      })}
      <div
        className={styles.slider}
        role="slider"
        tabIndex={0}
        aria-label="Slice"
        aria-valuemin={1}
        aria-valuemax={count}
        aria-valuenow={index + 1}
        aria-valuetext={`Slice ${index + 1} of ${count}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag(event);
        }}
        onPointerMove={drag}
        onKeyDown={press}
      />
    </>
  );
}

function Legend({ plot, layers }: { plot: DicePlot; layers: readonly LayerView[] }) {
  const letters = useViewports(
    useShallow((state) => layers.map((layer) => [layer.id, layerLetter(state, layer)] as const).flat()),
  );
  const hasReference = useViewports((state) => referenceLayerOf(state, layers[0]?.seriesId) !== undefined);
  return (
    <div className={styles.legend}>
      {hasReference && <strong>Dice by slice</strong>}
      <div>
        {plot.lines.map(({ layerId, colour }) => (
          <LayerBadge key={layerId} letter={letters[letters.indexOf(layerId) + 1]} colour={colour} />
        ))}
      </div>
      <div>
        <i /> disagreement
      </div>
    </div>
  );
}
