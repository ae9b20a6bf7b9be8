import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Frame } from "../../core/image/frame";
import type { ModelCard } from "../../core/model-card";
import type { ImportView } from "../../host/contract";
import { activeFrame } from "../actions/runs";
import { activeSeriesId } from "../actions/series";
import { fetchFrame } from "../api/pixels";
import { formatMilliseconds } from "../app/format";
import { Choice } from "../inspector/choice";
import { changeImportCard } from "../state/model-import";
import styles from "./import.module.css";
import { drawPreview } from "./preview-picture";
import { type Preview, usePreviews } from "./use-previews";

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** The slice in the active viewport, on which preparations are compared. */
function useOpenSlice() {
  const seriesId = activeSeriesId();
  const frame = activeFrame() ?? 0;
  const picture = useQuery({
    queryKey: ["import-slice", seriesId, frame],
    queryFn: ({ signal }) => fetchFrame(seriesId!, frame, signal),
    enabled: seriesId !== undefined,
    gcTime: 0,
  }).data;
  return { slice: seriesId === undefined ? undefined : { seriesId, frame }, picture };
}

interface PreparationChoiceProps {
  view: ImportView;
  card: ModelCard;
  saving: boolean;
}

/** How pictures are prepared for the network: the same slice under each rule, with what the network makes of it. */
export function PreparationChoice({ view, card, saving }: PreparationChoiceProps) {
  const { slice, picture } = useOpenSlice();
  // What becomes a model moves to its own folder, where no preview finds it any more.
  const previews = usePreviews(view, card, saving ? undefined : slice);
  const size = view.sizes.find((each) => same(each.size, card.input.size)) ?? view.sizes[0]!;
  const chosen = view.intensities.find(({ rule }) => same(rule, card.input.intensity));
  return (
    <section className={styles.preparation} aria-label="Preparation">
      <div className={styles.head}>
        <h3>How slices are prepared</h3>
        <Choice
          label="Size"
          value={size.id}
          choices={view.sizes.map(({ id, label }) => ({ value: id, label }))}
          onChange={(id) =>
            changeImportCard((known) => ({
              ...known,
              input: { ...known.input, size: view.sizes.find((each) => each.id === id)!.size },
            }))
          }
        />
      </div>
      <p className={styles.hint}>
        {slice === undefined
          ? "The file does not say how its training images were scaled. Open an image first to compare on it."
          : "The file does not say how its training images were scaled. Choose what segments the open slice best."}
      </p>
      <div className={styles.candidates} role="radiogroup" aria-label="Intensity">
        {view.intensities.map((intensity) => (
          <button
            key={intensity.id}
            type="button"
            role="radio"
            className={styles.candidate}
            aria-checked={intensity.id === chosen?.id}
            aria-label={intensity.label}
            onClick={() =>
              changeImportCard((known) => ({
                ...known,
                input: { ...known.input, intensity: intensity.rule },
              }))
            }
          >
            {slice !== undefined && (
              <PreviewPicture picture={picture} preview={previews.get(intensity.id)} output={card.output} />
            )}
            <strong>{intensity.label}</strong>
            <small>{intensity.usedBy}</small>
            {slice !== undefined && <PreviewState preview={previews.get(intensity.id)} />}
          </button>
        ))}
      </div>
    </section>
  );
}

/** Device pixels of a preview's side: sharp on screens of two to one. */
const side = 360;

interface PreviewPictureProps {
  picture: Frame | undefined;
  preview: Preview | undefined;
  output: ModelCard["output"];
}

function PreviewPicture({ picture, preview, output }: PreviewPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current || picture === undefined) return;
    const colours = new Map(output.segments.map(({ value, colour }) => [value, colour]));
    drawPreview(
      canvas.current,
      picture,
      preview?.state === "done" ? { labelMap: preview.labelMap, colours } : undefined,
    );
  }, [picture, preview, output.segments]);
  return <canvas ref={canvas} width={side} height={side} data-state={preview?.state ?? "waiting"} />;
}

/** 3.4, 12, 100: one line has room for no more beside the milliseconds. */
const formatMarked = (share: number): string => (100 * share).toFixed(share < 0.0995 ? 1 : 0);

function PreviewState({ preview }: { preview: Preview | undefined }) {
  switch (preview?.state) {
    case "done":
      return (
        <span className={styles.result}>
          {preview.share === 0 ? "finds nothing" : `marks ${formatMarked(preview.share)} %`}
          <span>{formatMilliseconds(preview.milliseconds)} ms</span>
        </span>
      );
    case "failed":
      return <span className={styles.result}>{preview.message}</span>;
    default:
      return <span className={styles.result}>waits for the engine…</span>;
  }
}
