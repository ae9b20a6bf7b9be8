import { useMemo } from "react";
import type { CommandId } from "../../core/commands";
import type { ConditionState } from "../../core/key-chord";
import { isActive } from "../actions/runs";
import { useJobs, useLayers, useSettings, useStudies } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import type { CommandAccess } from "./command-context";
import { commandHandlers } from "./command-handlers";

const runCommand = (id: CommandId): void => commandHandlers[id]("start");

/** Which commands may run now, and with which keys. */
export function useCommandAccess(): CommandAccess {
  const openSeriesId = useViewports((state) => activeViewport(state).seriesId);
  const isComparing = useWorkbench((state) => state.workplace === "compare");
  // What acts on viewports may run where they are seen.
  const seriesId = isComparing ? openSeriesId : undefined;
  const studyCount = useStudies().data?.length ?? 0;
  const layerCount = useLayers(seriesId).data?.length ?? 0;
  const jobIsActive = useJobs().data?.some(isActive) ?? false;
  const uploading = useWorkbench((state) => state.upload !== undefined);
  const modelsChosen = useWorkbench((state) => state.chosenModelIds.length > 0);
  const keys = useSettings().data?.keys;

  return useMemo(() => {
    const state: ConditionState = {
      study: studyCount > 0,
      series: seriesId !== undefined,
      layers: layerCount > 0,
      "two-layers": layerCount > 1,
      runnable: seriesId !== undefined && modelsChosen,
      job: jobIsActive || uploading,
      // Asked anew at every key: see key-bindings.ts.
      "viewport-focus": seriesId !== undefined,
    };
    return { run: runCommand, state, keys: keys ?? {} };
  }, [studyCount, seriesId, layerCount, jobIsActive, uploading, modelsChosen, keys]);
}
