import { ActionIcon, Menu, TextInput, Tooltip } from "@mantine/core";
import {
  IconChevronDown,
  IconChevronRight,
  IconDots,
  IconFilter,
  IconPlus,
  IconX,
} from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { StudySummary } from "../../host/contract";
import { pickAndOpen } from "../actions/open";
import { closeStudy, openSeries } from "../actions/series";
import controls from "../app/controls/controls.module.css";
import shell from "../app/shell.module.css";
import { useStudies } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import { SeriesRow } from "./series-row";
import styles from "./studies.module.css";
import { studyRows, type StudyRow } from "./study-rows";

const groupHeight = { wide: 26, narrow: 13 };
const seriesHeight = { wide: 60, narrow: 60 };

/** Everything that is open, by study; only the rows in view exist, so a thousand series cost nothing. */
export function StudiesPanel({ narrow }: { narrow: boolean }) {
  const studies = useStudies();
  const filter = useWorkbench((state) => state.studyFilter);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => studyRows(studies.data ?? [], closed, filter), [studies.data, closed, filter]);
  const seriesCount = studies.data?.reduce((total, { series }) => total + series.length, 0) ?? 0;
  const toggleStudy = (id: string) =>
    setClosed((before) =>
      before.has(id) ? new Set([...before].filter((other) => other !== id)) : new Set([...before, id]),
    );

  return (
    <aside className={`${shell.panel} ${narrow ? styles.narrow : ""}`} aria-label="Studies">
      <div className={`${controls.sectionHead} ${styles.head}`}>
        {!narrow && (
          <>
            <h2>Studies</h2>
            {seriesCount > 0 && <span className={controls.unit}>{seriesCount}</span>}
            <span className={controls.spring} />
            {seriesCount > 0 && <FilterButton open={filter !== undefined} />}
          </>
        )}
        <AddMenu />
      </div>
      {!narrow && filter !== undefined && <FilterField value={filter} />}
      {seriesCount === 0 && studies.data !== undefined ? (
        <NothingOpen narrow={narrow} />
      ) : (
        <Rows key={String(narrow)} rows={rows} narrow={narrow} onToggleStudy={toggleStudy} />
      )}
      {/* Narrow, the text is hidden, and its name with it. */}
      <button
        type="button"
        className={styles.drop}
        aria-label="Drop files or folders anywhere"
        onClick={() => void pickAndOpen("files")}
      >
        <IconPlus size={14} aria-hidden />
        <span>Drop files or folders anywhere</span>
      </button>
    </aside>
  );
}

function AddMenu() {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label="Open files or a folder">
          <ActionIcon size={24} aria-label="Open files or a folder">
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void pickAndOpen("folder")}>Open folder…</Menu.Item>
        <Menu.Item onClick={() => void pickAndOpen("files")}>Open files…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function FilterButton({ open }: { open: boolean }) {
  return (
    <Tooltip label="Filter studies">
      <ActionIcon
        size={24}
        aria-label="Filter studies"
        aria-pressed={open}
        className={open ? (controls.toggled ?? "") : ""}
        onClick={() => useWorkbench.setState({ studyFilter: open ? undefined : "" })}
      >
        <IconFilter size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function FilterField({ value }: { value: string }) {
  const close = () => useWorkbench.setState({ studyFilter: undefined });
  return (
    <TextInput
      className={styles.filter ?? ""}
      size="xs"
      autoFocus
      aria-label="Filter studies by name"
      placeholder="Name of a study or series"
      value={value}
      onChange={(event) => useWorkbench.setState({ studyFilter: event.currentTarget.value })}
      onKeyDown={(event) => event.key === "Escape" && close()}
      rightSection={
        <ActionIcon size={20} aria-label="Close the filter" onClick={close}>
          <IconX size={12} />
        </ActionIcon>
      }
    />
  );
}

function NothingOpen({ narrow }: { narrow: boolean }) {
  return (
    <div className={styles.scroller}>
      {!narrow && <p className={styles.none}>Nothing is open yet.</p>}
      <div className={styles.slots} aria-hidden>
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}

interface RowsProps {
  rows: readonly StudyRow[];
  narrow: boolean;
  onToggleStudy: (id: string) => void;
}

function Rows({ rows, narrow, onToggleStudy }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const activeSeriesId = useViewports((state) => activeViewport(state).seriesId);
  const width = narrow ? "narrow" : "wide";
  const roomy = document.documentElement.dataset.density === "roomy" ? 6 : 0;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) =>
      rows[index]?.kind === "study" ? groupHeight[width] : seriesHeight[width] + roomy,
    getItemKey: (index) => rowKey(rows[index]),
    overscan: 6,
  });

  /** Up and Down walk through the series, wherever the list is scrolled to. */
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const id = (event.target as Element).closest("[data-series]")?.getAttribute("data-series");
    if (step === undefined || id === null || id === undefined) return;
    event.preventDefault();
    let index = rows.findIndex((row) => row.kind === "series" && row.series.id === id) + step;
    while (rows[index]?.kind === "study") index += step;
    const next = rows[index];
    if (next?.kind !== "series") return;
    virtualizer.scrollToIndex(index);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-series="${CSS.escape(next.series.id)}"]`)?.focus(),
    );
  };

  return (
    <div ref={scroller} className={styles.scroller} onKeyDown={walk}>
      <ul className={styles.rows} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <li key={item.key} className={styles.slot} style={{ transform: `translateY(${item.start}px)` }}>
              {row.kind === "study" ? (
                <StudyHead row={row} onToggle={() => onToggleStudy(row.study.id)} />
              ) : (
                <SeriesRow
                  series={row.series}
                  current={row.series.id === activeSeriesId}
                  narrow={narrow}
                  onOpen={() => void openSeries(row.series.id)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function rowKey(row: StudyRow | undefined): string {
  if (!row) return "";
  return row.kind === "study" ? `study ${row.study.id}` : row.series.id;
}

function StudyHead({ row, onToggle }: { row: StudyRow & { kind: "study" }; onToggle: () => void }) {
  const { study, count, open } = row;
  return (
    <div className={styles.group}>
      <button type="button" className={styles.groupName} aria-expanded={open} onClick={onToggle}>
        {open ? <IconChevronDown size={12} /> : <IconChevronRight size={12} />}
        <span>{study.title}</span>
      </button>
      <StudyMenu study={study} />
      <span className={controls.unit}>{count}</span>
    </div>
  );
}

function StudyMenu({ study }: { study: StudySummary }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={24} aria-label={`More about ${study.title}`}>
          <IconDots size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void closeStudy(study)}>Close study</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
