import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { SlicebenchError } from "../core/errors";

/**
 * Who may come in. The browser door is a port that every page in the browser can reach, so it asks for a
 * token; the desktop door is a scheme that only our own window can reach.
 */
export type Door =
  | { kind: "browser"; port: number; /** At least 128 bits of randomness, as text. */ token: string }
  | { kind: "desktop"; /** `slicebench://app` */ origin: string };

/** A token for the browser door: 256 random bits, safe in a URL. */
export function createToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Compares digests, so that the time it takes tells nothing, not even the length. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * Refuses a foreign Host (a name that someone else's DNS points at 127.0.0.1) and a foreign Origin (a page of
 * another site, or of another port) with 403, before anything is looked up.
 */
export function requireOwnOrigin(door: Door) {
  const origins =
    door.kind === "desktop"
      ? [door.origin]
      : [`http://127.0.0.1:${door.port}`, `http://localhost:${door.port}`];
  return createMiddleware(async (context, next) => {
    const url = new URL(context.req.url);
    const host = context.req.header("host") ?? url.host;
    if (!origins.includes(`${url.protocol}//${host}`)) {
      throw new SlicebenchError("HOST_REFUSED", "This address does not belong to Slicebench.");
    }
    const origin = context.req.header("origin");
    const site = context.req.header("sec-fetch-site");
    const isForeignPage = site !== undefined && site !== "same-origin" && site !== "none";
    // A link to the page may be followed from anywhere; nothing under /api is for another site.
    const isForeign =
      origin === undefined ? isForeignPage && url.pathname.startsWith("/api") : !origins.includes(origin);
    if (isForeign) throw new SlicebenchError("ORIGIN_REFUSED", "Another site may not speak to Slicebench.");
    await next();
  });
}

/**
 * The browser door's lock. The token comes once, in the printed URL; it is exchanged for a cookie that no
 * script can read and no other site can send, and leaves the address bar. Without either: 401.
 */
export function requireToken(door: Extract<Door, { kind: "browser" }>) {
  // Made from the token, so that it lasts as long; it tells nothing of the token itself.
  const session = createHash("sha256").update(`session ${door.token}`).digest("base64url");
  // Cookies know no ports: two workstations on one machine need two names.
  const cookie = `slicebench-${door.port}`;
  return createMiddleware(async (context, next) => {
    const url = new URL(context.req.url);
    const token = url.searchParams.get("token");
    if (token !== null && url.pathname === "/" && isSame(token, door.token)) {
      setCookie(context, cookie, session, { httpOnly: true, sameSite: "Strict", path: "/" });
      return context.redirect("/", 303);
    }
    if (!isSame(getCookie(context, cookie) ?? "", session)) {
      throw new SlicebenchError("TOKEN_MISSING", "Slicebench does not know this browser.", {
        hint: "Open the address that `slicebench serve` printed, with its token.",
      });
    }
    return next();
  });
}
