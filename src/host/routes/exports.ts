import { Hono } from "hono";
import type { Workstation } from "../../services/workstation";
import { answerRaw } from "../raw-answer";
import { idParameter, validated } from "../validated";

/** What exports wrote for a page that cannot choose a folder. */
export function exportsRoutes({ exports }: Workstation) {
  return new Hono().get("/:id", validated("param", idParameter), async (context) => {
    const { name, bytes } = await exports.download(context.req.valid("param").id);
    // The name is made of letters and digits of any script (RFC 6266).
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
    return answerRaw(context, { body: bytes }, { "Content-Disposition": disposition });
  });
}
