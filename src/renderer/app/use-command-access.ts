import { useMemo } from "react";
import type { CommandId } from "../../core/commands";
import type { ConditionState } from "../../core/key-chord";
import { isActive } from "../actions/runs";
import { useMeasuring } from "../measure/measuring";
import { isWaitingForAnswer, useReading } from "../state/reading";
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
  const workplace = useWorkbench((state) => state.workplace);
  const isComparing = workplace === "compare";
  const isAnnotating = workplace === "annotate";
  // What acts on viewports may run where they are seen.
  const seriesId = isComparing || isAnnotating ? openSeriesId : undefined;
  const studyCount = useStudies().data?.length ?? 0;
  const layers = useLayers(seriesId).data;
  const layerCount = layers?.length ?? 0;
  const hasModelLayer = layers?.some(({ origin }) => origin.kind === "model") ?? false;
  const jobIsActive = useJobs().data?.some(isActive) ?? false;
  const isWorking = useWorkbench((state) => state.pageWork !== undefined);
  const modelsChosen = useWorkbench((state) => state.chosenModelIds.length > 0);
  const isMeasurementChosen = useMeasuring((state) => state.selectedId !== undefined);
  const isReading = useReading(isWaitingForAnswer) && workplace === "laboratory";
  const keys = useSettings().data?.keys;

  return useMemo(() => {
    const state: ConditionState = {
      study: studyCount > 0,
      series: seriesId !== undefined,
      layers: layerCount > 0,
      "two-layers": isComparing && layerCount > 1,
      "model-layer": isComparing && hasModelLayer,
      grid: isComparing && seriesId !== undefined,
      annotating: isAnnotating && seriesId !== undefined,
      measurement: seriesId !== undefined && isMeasurementChosen,
      reading: isReading,
      // Asked anew at every key: see key-bindings.ts.
      drawing: false,
      runnable: seriesId !== undefined && modelsChosen,
      job: jobIsActive || isWorking,
      "viewport-focus": seriesId !== undefined,
    };
    return { run: runCommand, state, keys: keys ?? {} };
  }, [
    studyCount,
    seriesId,
    isComparing,
    isAnnotating,
    layerCount,
    hasModelLayer,
    jobIsActive,
    isWorking,
    modelsChosen,
    isMeasurementChosen,
    isReading,
    keys,
  ]);
}
