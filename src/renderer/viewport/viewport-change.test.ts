import { expect, test } from "vitest";
import type { SeriesDetail } from "../../host/contract";
import { createViewportsStore, type ViewportsActions } from "../state/viewports";
import { changeFor } from "./viewport-change";

const size = { rows: 128, columns: 128 };
const series: SeriesDetail = {
  ...size,
  id: "series",
  studyId: "study",
  title: "MR",
  frameCount: 1,
  bitsStored: 12,
  colour: false,
  layerCount: 0,
  hasReference: false,
  frames: [{ ...size, index: 0, fileName: "1.dcm" }],
  windows: [],
  warnings: [],
};

/** What an action on the first viewport means for one of the two that show a series. */
function changeAfter(action: (actions: ViewportsActions) => void, viewportId = "1") {
  const store = createViewportsStore();
  store.getState().provideSeries(series);
  for (const id of ["1", "2"]) {
    store.getState().showSeries(id, series.id);
    store.getState().reportSize(id, { width: 400, height: 300 });
    // No longer fitted: the first pan alone would end that.
    store.getState().zoomBy(id, 2);
  }
  store.getState().setLink({ camera: false, slice: false, window: false });
  const before = store.getState();
  action(before);
  return changeFor(viewportId, store.getState(), before);
}

test.each<[string, (actions: ViewportsActions) => void, ReturnType<typeof changeFor>]>([
  ["another layer", (actions) => actions.showLayer("1", "a"), { redraw: "all", isOfContent: true }],
  ["hidden layers", (actions) => actions.toggleLayersHidden(), { redraw: "all", isOfContent: true }],
  ["a window", (actions) => actions.toggleInvert("1"), { redraw: "image", isOfContent: true }],
  ["smoothing", (actions) => actions.setSmoothing(true), { redraw: "all", isOfContent: false }],
  ["a pan", (actions) => actions.panBy("1", { x: 5, y: 0 }), { redraw: "pan", isOfContent: false }],
  ["a rotation", (actions) => actions.rotate("1"), { redraw: "all", isOfContent: false }],
  [
    "a resized viewport",
    (actions) => actions.reportSize("1", { width: 500, height: 300 }),
    { redraw: "all", isOfContent: false },
  ],
  ["a cursor", (actions) => actions.moveCursor("1", { x: 1, y: 1 }), undefined],
])("%s asks for no more than it must", (_, action, change) => {
  expect(changeAfter(action)).toEqual(change);
});

test("what happens to one viewport costs another nothing", () => {
  expect(changeAfter((actions) => actions.panBy("1", { x: 5, y: 0 }), "2")).toBeUndefined();
  expect(changeAfter((actions) => actions.rotate("1"), "2")).toBeUndefined();
});
