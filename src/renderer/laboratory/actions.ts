import type { LaboratoryView } from "../../host/contract";
import { fitSegments } from "../actions/fit-segments";
import { attempt } from "../actions/report";
import { runModels } from "../actions/runs";
import { activeSeriesId, layOutComparison, openSeries, readSeries } from "../actions/series";
import { goToWorkplace } from "../annotate/workplaces";
import { desktop } from "../api/bridge";
import { host, type LaboratoryRequest, reportPageUrl, reportQuery } from "../api/host";
import { toast } from "../app/toast";
import { viewportIds } from "../state/viewport-model";
import { layersOf } from "../state/viewport-queries";
import { viewportsStore } from "../state/viewports";

type Place = LaboratoryView["places"][number];

/** Goes to a case's slice in Compare, with every layer beside the others. */
export async function openInCompare({ seriesId, frame }: Place): Promise<void> {
  await attempt("The slice could not be shown", async () => {
    goToWorkplace("compare");
    if (activeSeriesId() !== seriesId) await openSeries(seriesId);
    layOutComparison(seriesId);
    const store = viewportsStore.getState();
    store.setFrame(store.activeViewportId, frame);
    await fitSegments();
  });
}

/** Shows two layers of a series behind a curtain in Compare, in one viewport. */
export async function showCurtain(
  { seriesId, frame }: { seriesId: string; frame?: number },
  [left, right]: readonly [string, string],
): Promise<void> {
  await readSeries(seriesId);
  goToWorkplace("compare");
  const store = viewportsStore.getState();
  const [id] = viewportIds;
  const shown = store.viewports[id]?.seriesId;
  store.setLayout("1x1");
  store.activate(id);
  if (shown !== seriesId) store.showSeries(id, seriesId);
  if (frame !== undefined) store.setFrame(id, frame);
  store.showLayer(id, right);
  store.toggleCurtain(id);
  store.setCurtainSide(id, "layerA", left);
  await fitSegments();
}

/** Runs two models on the slice that is shown, and sets them behind a curtain. */
export async function runBehindCurtain(modelIds: readonly [string, string]): Promise<void> {
  const seriesId = activeSeriesId();
  if (seriesId === undefined) return;
  goToWorkplace("compare");
  await runModels(modelIds, "slice");
  const layers = layersOf(viewportsStore.getState(), seriesId);
  const [left, right] = modelIds.map((modelId) =>
    layers.find(({ origin }) => origin.kind === "model" && origin.modelId === modelId),
  );
  // Where the reader is asked first whether the models suit, there are no layers yet.
  if (left && right) await showCurtain({ seriesId }, [left.id, right.id]);
}

/**
 * The report as a PDF: on the desktop into a file that the reader names, in a browser by its own way to print, which
 * offers to save as PDF.
 */
export async function savePdf(request: LaboratoryRequest): Promise<void> {
  await attempt("The report could not be printed", async () => {
    if (desktop) {
      const file = await desktop.savePdf(reportQuery(request));
      if (file !== "")
        toast("Report saved", { label: "Show in folder", run: () => void desktop?.revealInFolder(file) });
      return;
    }
    const page = window.open(reportPageUrl(request));
    if (page === null) throw new Error("The browser let no window open.");
    page.addEventListener("load", () => page.print());
  });
}

/** Keeps the report of what is shown as a file. */
export async function saveReport(request: LaboratoryRequest): Promise<void> {
  await attempt("The report could not be saved", async () => {
    const address = URL.createObjectURL(await host.report(request));
    const link = document.createElement("a");
    link.href = address;
    link.download = "report.html";
    link.click();
    // The browser has taken hold of it once the click is over.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  });
}
