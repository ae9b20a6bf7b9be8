import { useEffect, useRef } from "react";
import { compareLabelMaps } from "../../core/mask/difference";
import type { LabelMap } from "../../core/mask/label-map";
import type { LaboratoryView, LayerView } from "../../host/contract";
import { fetchFrame, fetchLabelMap } from "../api/pixels";
import { isAbort } from "../api/request";
import { cropAround, drawCrop } from "../inspector/slice-picture";
import { useLayers } from "../state/queries";
import { outlineDetail, outlinePath, outlinesOf } from "../viewport/outlines";
import { drawDifference } from "../viewport/painting";
import styles from "./laboratory.module.css";

interface CasePictureProps {
  place: LaboratoryView["places"][number];
  layerId: string;
  colour: string;
  /** Absent: the layer is drawn as it is. */
  referenceId: string | undefined;
  /** All that are shown beside each other: they share one part of the picture. */
  layerIds: readonly string[];
}

/** Twice the width at which it is shown at most, for sharp lines on any screen. */
const pictureSize = 360;

/** A slice around its segments with what one layer marks: its difference from the reference, or its outline. */
export function CasePicture({ place, layerId, colour, referenceId, layerIds }: CasePictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { seriesId, frame } = place;
  const layers = useLayers(seriesId).data;
  const wanted = [...layerIds, ...(referenceId === undefined ? [] : [referenceId])];
  const revisions = JSON.stringify(
    wanted.flatMap((id) => {
      const layer = layers?.find((each) => each.id === id);
      return layer?.frames.includes(frame) === true ? [[id, layer.revision]] : [];
    }),
  );
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const draw = async () => {
      const shown = JSON.parse(revisions) as [string, LayerView["revision"]][];
      const [picture, ...maps] = await Promise.all([
        fetchFrame(seriesId, frame, signal),
        ...shown.map(([id, revision]) => fetchLabelMap({ layerId: id, frame, revision }, signal)),
      ]);
      const mapOf = (id: string | undefined): LabelMap | undefined =>
        maps[shown.findIndex(([each]) => each === id)];
      const own = mapOf(layerId);
      if (!canvas.current || own === undefined || signal.aborted) return;
      const crop = cropAround(maps, picture);
      const drawn = drawCrop(canvas.current, picture, crop);
      if (!drawn) return;
      const { context, scale, transform } = drawn;
      const reference = mapOf(referenceId);
      if (reference === undefined) strokeOutlines(context, own, { colour, scale });
      else {
        context.resetTransform();
        // Drawn at twice its size, so that hatching is as wide as in a viewport.
        context.scale(2, 2);
        drawDifference(context, compareLabelMaps(own, reference), {
          transform: {
            ...transform,
            a: transform.a / 2,
            d: transform.d / 2,
            e: transform.e / 2,
            f: transform.f / 2,
          },
          zoom: scale / 2,
          devicePixelRatio: 2,
        });
      }
    };
    draw().catch((thrown: unknown) => {
      // Without its picture a case still has its figures.
      if (!isAbort(thrown)) canvas.current?.getContext("2d")?.reset();
    });
    return () => controller.abort();
  }, [seriesId, frame, layerId, referenceId, colour, revisions]);
  return <canvas ref={canvas} className={styles.tile} width={pictureSize} height={pictureSize} aria-hidden />;
}

function strokeOutlines(
  context: CanvasRenderingContext2D,
  labelMap: LabelMap,
  { colour, scale }: { colour: string; scale: number },
): void {
  context.strokeStyle = colour;
  context.lineWidth = 3.4 / scale;
  for (const outline of outlinesOf(labelMap)) context.stroke(outlinePath(outline, outlineDetail(scale)));
}
