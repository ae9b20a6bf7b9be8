import { Hono } from "hono";
import { z } from "zod";
import type { Workstation } from "../../services/workstation";
import { segmentValues } from "../../services/segment-values";
import { decodePatches } from "../../core/mask/patch-wire";
import {
  changeLayerSchema,
  changeSegmentsSchema,
  createLayerSchema,
  exportLayerSchema,
  editQuery,
  type LabelMapHeader,
  loadReferenceSchema,
  makeConsensusSchema,
  operateSchema,
  segmentStateSchema,
} from "../contract";
import { answerForGood } from "../raw-answer";
import { frameParameter, idParameter, seriesQuery, validated } from "../validated";

const frameIndex = z.coerce.number().int().min(0).max(1_000_000);
const revisionQuery = z.object({ revision: z.coerce.number().int().min(0).optional() });
const segmentParameter = idParameter.extend({ value: z.coerce.number().int().min(1).max(255) });
const measuresQuery = z.object({ frame: frameIndex.optional() });

/** Layers, their label maps and what they measure. */
export function layersRoutes(workstation: Workstation) {
  const { layers, edits, segmentEdits, segmentMeasures, studies } = workstation;
  return new Hono()
    .get("/", validated("query", seriesQuery), (context) =>
      context.json(layers.list(context.req.valid("query").seriesId)),
    )
    .post("/", validated("json", createLayerSchema), async (context) =>
      context.json(await edits.createLayer(context.req.valid("json")), 201),
    )
    .post("/:id/edits", validated("param", idParameter), validated("query", editQuery), async (context) => {
      const { edit, title, segment } = context.req.valid("query");
      const patches = decodePatches(new Uint8Array(await context.req.arrayBuffer()));
      return context.json(
        await edits.commit(context.req.valid("param").id, { id: edit, title, segment, patches }),
        201,
      );
    })
    .get("/removed", validated("query", seriesQuery), (context) =>
      context.json(layers.listRemoved(context.req.valid("query").seriesId)),
    )
    .post("/:id/restore", validated("param", idParameter), (context) =>
      context.json(layers.restore(context.req.valid("param").id)),
    )
    .post(
      "/:id/segments",
      validated("param", idParameter),
      validated("json", changeSegmentsSchema),
      async (context) =>
        context.json(
          await segmentEdits.changeSegments(context.req.valid("param").id, context.req.valid("json")),
          201,
        ),
    )
    .patch(
      "/:id/segments/:value",
      validated("param", segmentParameter),
      validated("json", segmentStateSchema),
      (context) => {
        const { id, value } = context.req.valid("param");
        return context.json(segmentEdits.setState(id, value, context.req.valid("json")));
      },
    )
    .get("/:id/segments/:value/values", validated("param", segmentParameter), async (context) => {
      const { id, value } = context.req.valid("param");
      const frame = (seriesId: string, index: number) => studies.frame(seriesId, index);
      const asked = { layerId: id, segment: value };
      return context.json(await segmentValues(asked, { layers, frame }, context.req.raw.signal));
    })
    .post(
      "/:id/operations",
      validated("param", idParameter),
      validated("json", operateSchema),
      async (context) => {
        const step = await segmentEdits.operate(
          context.req.valid("param").id,
          context.req.valid("json"),
          context.req.raw.signal,
        );
        return step === undefined ? context.body(null, 204) : context.json(step, 201);
      },
    )
    .post("/reference", validated("json", loadReferenceSchema), async (context) => {
      const { seriesId, paths } = context.req.valid("json");
      return context.json(await workstation.references.load(seriesId, paths), 201);
    })
    .post("/consensus", validated("json", makeConsensusSchema), (context) =>
      context.json(workstation.consensus.start(context.req.valid("json")), 202),
    )
    .post(
      "/:id/exports",
      validated("param", idParameter),
      validated("json", exportLayerSchema),
      (context) => {
        const layerId = context.req.valid("param").id;
        return context.json(workstation.exports.start({ layerId }, context.req.valid("json")), 202);
      },
    )
    .patch("/:id", validated("param", idParameter), validated("json", changeLayerSchema), (context) => {
      const { name, colour, visible } = context.req.valid("json");
      const change = {
        ...(name !== undefined && { name }),
        ...(colour !== undefined && { colour }),
        ...(visible !== undefined && { visible }),
      };
      return context.json(layers.change(context.req.valid("param").id, change));
    })
    .delete("/:id", validated("param", idParameter), (context) => {
      layers.remove(context.req.valid("param").id);
      return context.body(null, 204);
    })
    .get(
      "/:id/frames/:index",
      validated("param", frameParameter),
      validated("query", revisionQuery),
      async (context) => {
        const { id, index } = context.req.valid("param");
        // The revision in the address is the layer's, at least as new as the map's own.
        const { revision = layers.get(id).revision } = context.req.valid("query");
        return answerForGood(context, `${id}/${index}/${revision}`, async () => {
          const { values, ...header } = await layers.labelMap(id, index);
          return { body: values, header: header satisfies LabelMapHeader };
        });
      },
    )
    .get(
      "/:id/measures",
      validated("param", idParameter),
      validated("query", measuresQuery),
      async (context) => {
        const { id } = context.req.valid("param");
        const series = studies.series(layers.get(id).seriesId);
        const measured = {
          frames: series.frames.map(({ geometry }) => geometry),
          ...(series.sliceSpacingMm !== undefined && { sliceSpacingMm: series.sliceSpacingMm }),
        };
        return context.json(await segmentMeasures.measure(id, context.req.valid("query").frame, measured));
      },
    );
}
