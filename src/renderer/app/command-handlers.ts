import type { CommandId } from "../../core/commands";
import { fitSegments } from "../actions/fit-segments";
import { pickAndImport } from "../actions/import-model";
import { pickReference } from "../actions/layers";
import { pickAndOpen } from "../actions/open";
import { attempt } from "../actions/report";
import { setReviewState, setSliceState, stepReview } from "../actions/review";
import { cancelCurrentJob, runModels } from "../actions/runs";
import { closeActiveStudy, layOutComparison, setLayout, showPlanes, stepSeries } from "../actions/series";
import { annotateHandlers, takeViewingTool } from "../annotate/command-handlers";
import { goToWorkplace } from "../annotate/workplaces";
import { copyTable, removeSelected } from "../measure/actions";
import { answerShown, stepReading } from "../reading/actions";
import { changeSettings } from "../state/queries";
import { useReading } from "../state/reading";
import { sliceCount } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";
import { showProblems, toggleReviewQueue, useWorkbench } from "../state/workbench";

import type { CommandHandler } from "./command-handler";
import { openPalette } from "./open-palette";

const viewports = () => viewportsStore.getState();
const active = () => viewports().activeViewportId;
const workbench = useWorkbench.setState;

const theme = (name: "dark" | "light" | "system") => () =>
  void attempt("The theme could not be kept", () => changeSettings({ theme: name }));

const runChosen = (scope: "slice" | "series") => () =>
  void runModels(useWorkbench.getState().chosenModelIds, scope);

/** Flicker: while the key is down the two layers take turns, three times a second each. */
const flickerIntervalMs = 166;
let flickerTimer: ReturnType<typeof setInterval> | undefined;

function flicker(phase: "start" | "end"): void {
  if (phase === "end") {
    clearInterval(flickerTimer);
    flickerTimer = undefined;
    viewports().setFlicker(undefined);
    return;
  }
  if (flickerTimer !== undefined) return;
  viewports().setFlicker("reference");
  flickerTimer = setInterval(
    () => viewports().setFlicker(viewports().flicker === "layer" ? "reference" : "layer"),
    flickerIntervalMs,
  );
}

/** The keyboard's focus goes along, so that what follows Tab is the new viewport's. */
function goToViewport(step: 1 | -1): void {
  viewports().activateNext(step);
  document.querySelector<HTMLElement>(`[data-viewport="${active()}"]`)?.focus();
}

/** What each command of core/commands.ts does on this page. The type makes sure that none is missing. */
export const commandHandlers: Readonly<Record<CommandId, CommandHandler>> = {
  "file.open-folder": () => void pickAndOpen("folder"),
  "file.open-files": () => void pickAndOpen("files"),
  "file.from-archive": () => workbench({ dialog: "archive" }),
  "file.load-reference": () => void pickReference(),
  "file.import-model": () => void pickAndImport(),
  "file.deidentify": () => workbench({ dialog: "deidentify" }),
  "file.export": () => workbench({ dialog: "export" }),
  "file.close-study": () => void closeActiveStudy(),
  "app.settings": () => workbench({ dialog: "settings" }),

  "workplace.compare": () => goToWorkplace("compare"),
  "workplace.annotate": () => goToWorkplace("annotate"),
  "workplace.laboratory": () => goToWorkplace("laboratory"),
  "workplace.architectures": () => goToWorkplace("architectures"),

  ...annotateHandlers,

  "slice.next": () => viewports().stepFrame(active(), 1),
  "slice.previous": () => viewports().stepFrame(active(), -1),
  "slice.first": () => viewports().setFrame(active(), 0),
  "slice.last": () => viewports().setFrame(active(), sliceCount(viewports(), active()) - 1),
  "series.next": () => stepSeries(1),
  "series.previous": () => stepSeries(-1),
  "review.queue": toggleReviewQueue,
  "review.next": () => stepReview(1),
  "review.previous": () => stepReview(-1),
  "review.slice-done": () => setSliceState("done"),
  "review.slice-flag": () => setSliceState("flagged"),
  "review.series-done": () => void setReviewState("done"),
  "slice.play": () => viewports().toggleCine(),
  "viewport.next": () => goToViewport(1),
  "viewport.previous": () => goToViewport(-1),

  "tool.window": () => takeViewingTool("window"),
  "tool.pan": () => takeViewingTool("pan"),
  "tool.zoom": () => takeViewingTool("zoom"),
  "tool.length": () => takeViewingTool("length"),
  "tool.angle": () => takeViewingTool("angle"),
  "tool.ellipse": () => takeViewingTool("ellipse"),
  "tool.polygon": () => takeViewingTool("polygon"),
  "measure.remove": removeSelected,
  "measure.copy": () => void copyTable(),
  "tool.pan-held": (phase) => viewports().setPanHeld(phase === "start"),
  "tool.crosshair": () => takeViewingTool("crosshair"),

  "view.cursor": () => viewports().toggleCrosshair(),
  "view.rotate": () => viewports().rotate(active()),
  "view.flip": () => viewports().flipHorizontal(active()),
  "view.invert": () => viewports().toggleInvert(active()),
  "view.overlays": () => viewports().toggleOverlays(),
  "view.fit": () => viewports().fit(active()),
  "view.fit-segments": () => void fitSegments(),
  "view.actual-size": () => viewports().showActualSize(active(), window.devicePixelRatio),
  "view.reset": () => viewports().reset(active()),
  "view.maximise": () => viewports().toggleMaximised(active()),
  "layout.one": () => setLayout("1x1"),
  "layout.row": () => setLayout("1x2"),
  "layout.two-by-two": () => setLayout("2x2"),
  "layout.two-by-three": () => setLayout("2x3"),
  "layout.planes": showPlanes,
  "view.studies": () => workbench(({ studiesShown }) => ({ studiesShown: !studiesShown })),
  "view.inspector": () =>
    workbench(({ inspectorShown, drawerOpen }) => ({
      inspectorShown: !inspectorShown,
      drawerOpen: !drawerOpen,
    })),
  "view.problems": showProblems,
  "theme.dark": theme("dark"),
  "theme.light": theme("light"),
  "theme.system": theme("system"),

  "window.file": () => viewports().applyPreset(active(), "file"),
  "window.auto": () => viewports().applyPreset(active(), "auto"),
  "window.soft-tissue": () => viewports().applyPreset(active(), "soft-tissue"),
  "window.lung": () => viewports().applyPreset(active(), "lung"),
  "window.liver": () => viewports().applyPreset(active(), "liver"),
  "window.bone": () => viewports().applyPreset(active(), "bone"),
  "window.brain": () => viewports().applyPreset(active(), "brain"),
  "window.mediastinum": () => viewports().applyPreset(active(), "mediastinum"),

  "compare.lay-out": () => {
    goToWorkplace("compare");
    layOutComparison();
  },
  "compare.curtain": () => viewports().toggleCurtain(active()),
  "compare.difference": () => viewports().toggleDifference(active()),
  "compare.disagreement": () => viewports().toggleDisagreement(active()),
  "compare.probability": () => viewports().toggleProbability(active()),
  "compare.consensus": () => workbench({ dialog: "consensus" }),
  "compare.flicker": flicker,
  "layers.hide": () => viewports().toggleLayersHidden(),
  "compare.link": () => viewports().toggleLink(),

  "reading.left": () => answerShown("left"),
  "reading.right": () => answerShown("right"),
  "reading.tie": () => answerShown("tie"),
  "reading.back": () => stepReading(-1),
  "reading.hide": (phase) => useReading.setState({ masksHidden: phase === "start" }),

  "run.slice": runChosen("slice"),
  "run.series": runChosen("series"),
  "run.cancel": () => void cancelCurrentJob(),

  "app.commands": openPalette,
  "app.shortcuts": () => workbench({ dialog: "shortcuts" }),
};
