import type { ReadingChoice } from "../../core/comparison/blind-reading";
import type { ReadingView } from "../../host/contract";
import { attempt } from "../actions/report";
import { host } from "../api/host";
import { queryClient, queryKeys } from "../state/queries";
import { useReading } from "../state/reading";

const show = useReading.setState;

/** Asks what to read of a series. */
export function planReading(seriesId: string): void {
  show({ seriesId, id: undefined, masksHidden: false });
}

export async function beginReading(
  request: Parameters<typeof host.beginReading>[0] & { seriesId: string },
): Promise<void> {
  const begun = await attempt("The reading could not be begun", () => host.beginReading(request));
  if (begun === undefined) return;
  await queryClient.invalidateQueries({ queryKey: queryKeys.readings(request.seriesId) });
  goOn(request.seriesId, begun);
}

/** Shows a reading where it was left: at its first slice without an answer, or what it found. */
export function goOn(seriesId: string, { id, choices, result }: ReadingView): void {
  const next = choices.indexOf(null);
  show({
    seriesId,
    id,
    at: next < 0 ? choices.length : next,
    isOver: result !== undefined,
    masksHidden: false,
  });
}

/** Back to the figures; a reading that is not over is gone on with later. */
export function leaveReading(): void {
  show({ seriesId: undefined, id: undefined, masksHidden: false });
}

function change(id: string, seriesId: string, changed: (reading: ReadingView) => ReadingView): void {
  queryClient.setQueryData<ReadingView[]>(queryKeys.readings(seriesId), (readings) =>
    readings?.map((reading) => (reading.id === id ? changed(reading) : reading)),
  );
}

const shownReading = (): ReadingView | undefined => {
  const { id, seriesId } = useReading.getState();
  return queryClient
    .getQueryData<ReadingView[]>(queryKeys.readings(seriesId ?? ""))
    ?.find((reading) => reading.id === id);
};

/** Moves between the slices of the reading; past the last one it can be ended. */
export function stepReading(by: 1 | -1): void {
  const count = shownReading()?.places.length ?? 0;
  show(({ at }) => ({ at: Math.min(count, Math.max(0, at + by)), masksHidden: false }));
}

/** Answers to the slice that is shown, and goes on to the next one at once. */
export function answerShown(choice: ReadingChoice): void {
  const reading = shownReading();
  const { at, seriesId } = useReading.getState();
  if (reading === undefined || seriesId === undefined || at >= reading.places.length) return;
  change(reading.id, seriesId, (known) => ({ ...known, choices: known.choices.with(at, choice) }));
  stepReading(1);
  void attempt("The answer could not be kept", async () => {
    try {
      await host.answerReading(reading.id, { presentation: at, choice });
    } catch (thrown) {
      // The page goes back to what is kept.
      await queryClient.invalidateQueries({ queryKey: queryKeys.readings(seriesId) });
      show({ at });
      throw thrown;
    }
  });
}

/** Tells the names. */
export async function revealReading(): Promise<void> {
  const { id, seriesId } = useReading.getState();
  if (id === undefined || seriesId === undefined) return;
  const revealed = await attempt("The reading could not be ended", () => host.revealReading(id));
  if (revealed === undefined) return;
  change(id, seriesId, () => revealed);
  show({ isOver: true });
}
