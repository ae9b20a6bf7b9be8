import { Hono } from "hono";
import type { FoundStudies } from "../../core/archive";
import type { Workstation } from "../../services/workstation";
import {
  type ArchiveView,
  clearFetchedQuery,
  type FetchedStudiesView,
  fetchStudySchema,
  findStudiesSchema,
  type JobView,
  saveArchiveSchema,
  sendLayerSchema,
} from "../contract";
import { idParameter, validated } from "../validated";

/** Archives on the network, and what was fetched from them. The host talks to them; the page never does. */
export function archivesRoutes({ archives }: Workstation) {
  const { connections, fetched } = archives;
  return new Hono()
    .get("/archives", (context) => context.json(connections.list() satisfies ArchiveView[]))
    .post("/archives", validated("json", saveArchiveSchema), (context) =>
      context.json(connections.add(context.req.valid("json")) satisfies ArchiveView, 201),
    )
    .put("/archives/:id", validated("param", idParameter), validated("json", saveArchiveSchema), (context) =>
      context.json(
        connections.change(context.req.valid("param").id, context.req.valid("json")) satisfies ArchiveView,
      ),
    )
    .delete("/archives/:id", validated("param", idParameter), (context) => {
      connections.remove(context.req.valid("param").id);
      return context.body(null, 204);
    })
    .post("/archives/:id/echo", validated("param", idParameter), async (context) => {
      await archives.echo(context.req.valid("param").id, context.req.raw.signal);
      return context.body(null, 204);
    })
    .post(
      "/archives/:id/find",
      validated("param", idParameter),
      validated("json", findStudiesSchema),
      async (context) => {
        const { id } = context.req.valid("param");
        const found = await archives.find(id, context.req.valid("json"), context.req.raw.signal);
        return context.json(found satisfies FoundStudies);
      },
    )
    .post(
      "/archives/:id/fetch",
      validated("param", idParameter),
      validated("json", fetchStudySchema),
      (context) =>
        context.json(
          archives.fetch(context.req.valid("param").id, context.req.valid("json")) satisfies JobView,
          202,
        ),
    )
    .post(
      "/archives/:id/send",
      validated("param", idParameter),
      validated("json", sendLayerSchema),
      async (context) => {
        const job = await archives.send(context.req.valid("param").id, context.req.valid("json"));
        return context.json(job satisfies JobView, 202);
      },
    )
    .get("/fetched-studies", async (context) =>
      context.json((await fetched.view()) satisfies FetchedStudiesView),
    )
    .delete("/fetched-studies", validated("query", clearFetchedQuery), async (context) =>
      context.json((await fetched.clear(context.req.valid("query"))) satisfies FetchedStudiesView),
    );
}
