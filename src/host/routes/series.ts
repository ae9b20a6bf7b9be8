import { Hono } from "hono";
import { z } from "zod";
import { encodeFrame } from "../../core/image/frame-wire";
import { renderThumbnail } from "../../services/thumbnails";
import type { Workstation } from "../../services/workstation";
import { answerForGood } from "../raw-answer";
import { frameParameter, idParameter, validated } from "../validated";

const thumbnailQuery = z.object({ size: z.coerce.number().int().min(16).max(1_024).default(96) });

/** Series, their pixels and their small pictures. A series' id changes with its files, so its pixels never do. */
export function seriesRoutes({ studies }: Workstation) {
  return new Hono()
    .get("/:id", validated("param", idParameter), (context) =>
      context.json(studies.detail(context.req.valid("param").id)),
    )
    .get("/:id/frames/:index", validated("param", frameParameter), (context) => {
      const { id, index } = context.req.valid("param");
      return answerForGood(context, `${id}/${index}`, async () => {
        const { header, body } = encodeFrame(await studies.frame(id, index));
        return { body, header };
      });
    })
    .get(
      "/:id/frames/:index/thumbnail",
      validated("param", frameParameter),
      validated("query", thumbnailQuery),
      (context) => {
        const { id, index } = context.req.valid("param");
        const { size } = context.req.valid("query");
        return answerForGood(context, `${id}/${index}/thumbnail/${size}`, async () => ({
          body: await renderThumbnail(await studies.frame(id, index), size),
          type: "image/png",
        }));
      },
    )
    .get("/:id/thumbnail", validated("param", idParameter), validated("query", thumbnailQuery), (context) => {
      const { id } = context.req.valid("param");
      const { size } = context.req.valid("query");
      return answerForGood(context, `${id}/thumbnail/${size}`, async () => ({
        body: await renderThumbnail(await studies.representativeFrame(id), size),
        type: "image/png",
      }));
    });
}

/** The samples that ship with the program. */
export function samplesRoutes({ samples }: Workstation) {
  return new Hono()
    .get("/", async (context) => context.json(await samples.list()))
    .get(
      "/:id/thumbnail",
      validated("param", idParameter),
      validated("query", thumbnailQuery),
      async (context) => {
        const { size } = context.req.valid("query");
        const frame = await samples.picture(context.req.valid("param").id);
        return context.body(Buffer.from(await renderThumbnail(frame, size)), 200, {
          "Content-Type": "image/png",
          "Cache-Control": "private, max-age=3600",
        });
      },
    );
}
