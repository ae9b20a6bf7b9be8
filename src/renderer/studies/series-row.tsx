import { Tooltip } from "@mantine/core";
import type { RunView, SeriesSummary } from "../../host/contract";
import { isActive } from "../actions/runs";
import { openSeriesInActiveViewport } from "../actions/series";
import { seriesThumbnailUrl } from "../api/host";
import { Thumbnail } from "../app/controls/thumbnail";
import { useRuns } from "../state/queries";
import { seriesKind, seriesState } from "./study-rows";
import styles from "./studies.module.css";

interface SeriesRowProps {
  series: SeriesSummary;
  current: boolean;
  narrow: boolean;
  onOpen: () => void;
}

/** A series with its thumbnail. A click opens it; with Shift or Ctrl only the active viewport shows it. */
export function SeriesRow({ series, current, narrow, onOpen }: SeriesRowProps) {
  const runs = useRuns(current ? series.id : undefined).data;
  const running = runs?.filter(isActive).length ?? 0;
  const row = (
    <button
      type="button"
      className={styles.series}
      data-series={series.id}
      aria-current={current}
      aria-label={narrow ? `${series.title}, ${series.frameCount} slices` : undefined}
      onClick={(event) => {
        if (event.shiftKey || event.ctrlKey || event.metaKey) void openSeriesInActiveViewport(series.id);
        else onOpen();
      }}
    >
      <span className={styles.thumbnail}>
        <Thumbnail
          key={series.id}
          source={seriesThumbnailUrl(series.id, 96)}
          size={{ width: 48, height: 48 }}
        />
        <span className={styles.count}>{series.frameCount}</span>
      </span>
      <span className={styles.words}>
        <span className={styles.title}>{series.title}</span>
        <span className={styles.detail}>{seriesKind(series)}</span>
        <StateLine series={series} running={running} runs={runs} />
      </span>
    </button>
  );
  if (!narrow) return row;
  return (
    <Tooltip label={`${series.title}, ${seriesKind(series)}, ${seriesState(series)}`} position="right">
      {row}
    </Tooltip>
  );
}

interface StateLineProps {
  series: SeriesSummary;
  running: number;
  runs: readonly RunView[] | undefined;
}

function StateLine({ series, running, runs }: StateLineProps) {
  if (running > 0) {
    const done = runs?.filter(({ state }) => state === "done").length ?? 0;
    return (
      <span className={styles.state} data-running>
        {done > 0 ? `${done} done · ${running} running` : `${running} running`}
      </span>
    );
  }
  return (
    <span className={styles.state} {...(series.layerCount === 0 && { "data-quiet": true })}>
      {seriesState(series)}
    </span>
  );
}
