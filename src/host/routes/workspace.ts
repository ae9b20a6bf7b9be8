import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import { sessionSchema } from "../contract";
import { validated } from "../validated";

/** The workspace's file and its copies, and where the reader was in it. */
export function workspaceRoutes(workstation: Workstation) {
  const { session } = workstation;
  return new Hono()
    .get("/workspace", (context) => context.json(workstation.workspace()))
    .get("/session", (context) => context.json(session.view() ?? null))
    .put("/session", validated("json", sessionSchema), (context) => {
      session.setView(context.req.valid("json"));
      return context.body(null, 204);
    });
}
