import type { ReadableStream } from "node:stream/web";
import { Hono } from "hono";
import { z } from "zod";
import { SlicebenchError } from "../../core/errors";
import type { Workstation } from "../../services/workstation";
import { openStudiesSchema } from "../contract";
import { idParameter, validated } from "../validated";

const uploadQuery = z.object({ name: z.string().min(1).max(4_096) });

/** Open studies, the files that come into them, and those that were open before. */
export function studiesRoutes({ studies, uploads, recent }: Workstation) {
  return new Hono()
    .get("/studies", (context) => context.json(studies.list()))
    .post("/studies", validated("json", openStudiesSchema), (context) =>
      context.json(studies.open(context.req.valid("json").paths), 202),
    )
    .delete("/studies/:id", validated("param", idParameter), (context) => {
      studies.close(context.req.valid("param").id);
      return context.body(null, 204);
    })
    .get("/recent", (context) => context.json(recent.list()))
    .delete("/recent", (context) => {
      recent.clear();
      return context.body(null, 204);
    })
    .post("/uploads", validated("query", uploadQuery), async (context) => {
      const bytes = context.req.raw.body as ReadableStream<Uint8Array> | null;
      if (bytes === null) throw new SlicebenchError("REQUEST_INVALID", "The file that was sent is empty.");
      const path = await uploads.add(context.req.valid("query").name, bytes);
      return context.json({ path }, 201);
    });
}
