import { Drawer, Splitter } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import type { LayerView } from "../../host/contract";
import { attempt } from "../actions/report";
import { runModels } from "../actions/runs";
import { setLayout } from "../actions/series";
import { SavedState } from "../annotate/saved-state";
import { AnnotateCentre, AnnotateSections } from "../annotate/workplace";
import { Inspector } from "../inspector/inspector";
import { SliceScrubber } from "../scrubber/slice-scrubber";
import { changeSettings, useSettings, useStudies } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import { ReviewQueue } from "../review/review-queue";
import { StudiesPanel } from "../studies/studies-panel";
import { ViewportGrid } from "../viewport/viewport-grid";
import { ApplicationBar } from "./application-bar";
import { EmptyState } from "./empty-state";
import { HostBanner } from "./host-banner";
import { Probe } from "./probe";
import { StatusLine } from "./status-line";
import { ToolBar } from "./tool-bar";
import { useDrop } from "./use-drop";
import { useNarrow } from "./use-narrow";
import styles from "./shell.module.css";

const Laboratory = lazy(() => import("../laboratory/laboratory"));
/** The graph's libraries are read when they are first needed, not when the window opens. */
const Architectures = lazy(() => import("../architectures/architectures"));

/** The window: bars above, panels beside the viewports, a status line below. */
export function Shell() {
  const nothingOpen = useStudies().data?.length === 0;
  const dropping = useDrop();
  const workplace = useWorkbench((state) => state.workplace);
  const isComparing = workplace === "compare";
  const isAnnotating = workplace === "annotate";
  return (
    <div className={styles.app}>
      <ApplicationBar />
      <div>
        <HostBanner />
        {isComparing && !nothingOpen && <ToolBar />}
      </div>
      {isComparing || isAnnotating ? (
        <Panels
          nothingOpen={nothingOpen}
          centre={isAnnotating ? <AnnotateCentre /> : <Centre />}
          inspector={isAnnotating ? <Inspector sections={AnnotateSections} /> : <Inspector />}
        />
      ) : (
        <Suspense fallback={<div />}>
          {workplace === "laboratory" ? <Laboratory /> : <Architectures />}
        </Suspense>
      )}
      <StatusLine
        idle={isAnnotating && !nothingOpen ? <SavedState /> : undefined}
        probe={(isComparing || isAnnotating) && !nothingOpen ? <Probe /> : undefined}
      />
      {dropping && <div className={styles.dropVeil}>Drop to open</div>}
    </div>
  );
}

/** CSS pixels. */
const most = 420;
const studiesLeast = 180;
const studiesNarrow = 72;
const inspectorLeast = 280;

interface PanelsProps {
  nothingOpen: boolean;
  /** Between the panels, once something is open. */
  centre: ReactNode;
  inspector: ReactNode;
}

function Panels({ nothingOpen, centre, inspector }: PanelsProps) {
  const narrow = useNarrow("studies");
  const inDrawer = useNarrow("inspector");
  const studiesShown = useWorkbench((state) => state.studiesShown);
  const inspectorShown = useWorkbench((state) => state.inspectorShown);
  // With nothing open there is nothing to inspect, but problems there may be.
  const hasContent = useWorkbench((state) => !nothingOpen || state.inspectorView === "problems");
  const withInspector = hasContent && inspectorShown && !inDrawer;
  const widths = useSettings().data?.panelWidths;
  useOneViewportWhereNarrow();
  // The panels exist anew where their number changes; their widths come from the settings then.
  const key = [narrow, studiesShown, withInspector, widths === undefined].join();
  return (
    <div className={styles.main}>
      {narrow && studiesShown && (
        <div style={{ width: studiesNarrow, flex: "none" }}>
          <SeriesPanel narrow />
        </div>
      )}
      <ResizablePanels
        key={key}
        studies={!narrow && studiesShown}
        inspector={withInspector ? inspector : undefined}
        widths={widths ?? {}}
        centre={nothingOpen ? <EmptyState /> : centre}
      />
      {inDrawer && hasContent && <InspectorDrawer>{inspector}</InspectorDrawer>}
    </div>
  );
}

function SeriesPanel({ narrow }: { narrow: boolean }) {
  const shown = useWorkbench(({ workplace, seriesPanels }) => seriesPanels[workplace]);
  return shown === "review" ? <ReviewQueue narrow={narrow} /> : <StudiesPanel narrow={narrow} />;
}

interface ResizablePanelsProps {
  studies: boolean;
  /** Absent while it is closed. */
  inspector: ReactNode;
  widths: Readonly<Record<string, number>>;
  centre: ReactNode;
}

const px = (width: number): `${number}px` => `${width}px`;
const within = (width: number, least: number) => Math.min(most, Math.max(least, Math.round(width)));

/** Studies, centre and inspector; borders are dragged or moved by arrow keys, a double-click resets them. */
function ResizablePanels({ studies, inspector, widths, centre }: ResizablePanelsProps) {
  const isWide = useNarrow("studies") ? 280 : 292;
  const [first] = useState(widths);
  const keep = useDebouncedCallback((panelWidths: Record<string, number>) => {
    void attempt("The width could not be kept", () => changeSettings({ panelWidths }));
  }, 400);
  const remember = (sizes: readonly (number | string)[]) => {
    const last = sizes.at(-1);
    keep({
      ...widths,
      ...(studies && { studies: Number.parseFloat(String(sizes[0])) }),
      ...(inspector !== undefined && last !== undefined && { inspector: Number.parseFloat(String(last)) }),
    });
  };
  if (!studies && inspector === undefined) return <div className={styles.splitter}>{centre}</div>;
  return (
    <Splitter
      className={styles.splitter ?? ""}
      lineSize={1}
      handleColor="var(--frame)"
      withHandle={false}
      step="8px"
      shiftStep="40px"
      onResizeEnd={(_handle, sizes) => remember(sizes)}
    >
      {studies && (
        <Splitter.Pane
          defaultSize={px(within(first.studies ?? 228, studiesLeast))}
          min={px(studiesLeast)}
          max={px(most)}
        >
          <SeriesPanel narrow={false} />
        </Splitter.Pane>
      )}
      <Splitter.Pane defaultSize={100} min="360px">
        {centre}
      </Splitter.Pane>
      {inspector !== undefined && (
        <Splitter.Pane
          defaultSize={px(within(first.inspector ?? isWide, inspectorLeast))}
          min={px(inspectorLeast)}
          max={px(most)}
        >
          {inspector}
        </Splitter.Pane>
      )}
    </Splitter>
  );
}

/** Too narrow for two viewports beside each other, the window shows one. */
function useOneViewportWhereNarrow(): void {
  const narrow = useNarrow("viewports");
  useEffect(() => {
    if (narrow && viewportsStore.getState().layout !== "1x1") setLayout("1x1");
  }, [narrow]);
}

function InspectorDrawer({ children }: { children: ReactNode }) {
  const open = useWorkbench((state) => state.drawerOpen);
  return (
    <Drawer
      opened={open}
      onClose={() => useWorkbench.setState({ drawerOpen: false })}
      position="right"
      size={inspectorLeast + 20}
      padding={0}
      withOverlay={false}
      title="Inspector"
      closeButtonProps={{ "aria-label": "Close the inspector" }}
      styles={{ header: { minHeight: 32, padding: "0 8px 0 12px" } }}
    >
      {children}
    </Drawer>
  );
}

/** Runs the model behind a layer on one slice: what a viewport without a layer offers. */
function runSlice({ origin }: LayerView): void {
  if (origin.kind === "model") void runModels([origin.modelId], "slice");
}

function Centre() {
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  return (
    <main className={styles.centre}>
      <div className={styles.viewports}>
        <ViewportGrid onRunSlice={runSlice} />
      </div>
      {seriesId !== undefined && <SliceScrubber seriesId={seriesId} />}
    </main>
  );
}
