import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono, type MiddlewareHandler } from "hono";
import { NONCE, secureHeaders, type SecureHeadersVariables } from "hono/secure-headers";

/** Where the build leaves room for each answer's nonce (`html.cspNonce` in electron.vite.config.ts). */
const noncePlaceholder = "SLICEBENCH_NONCE";

/**
 * What the page may do: run its own scripts, and nothing that came from anywhere else. Styles are our own
 * files and the two style elements that the component library makes, which carry the answer's nonce; style
 * attributes set from scripts go through the CSSOM, which needs no permission.
 */
export const pageSecurity = () =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", NONCE],
      imgSrc: ["'self'", "blob:", "data:"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    crossOriginEmbedderPolicy: "require-corp",
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
    // Neither door is https: it is loopback or a scheme of our own.
    strictTransportSecurity: false,
    permissionsPolicy: {
      camera: [],
      microphone: [],
      geolocation: [],
      usb: [],
      serial: [],
      payment: [],
      displayCapture: [],
    },
  });

/**
 * What a report may do in place of that: show itself. It has no script and asks for nothing; its style is narrowed to
 * that style's hash by its own policy. Comes before `pageSecurity`, so that it has the last word.
 */
export const reportSecurity = (): MiddlewareHandler => async (context, next) => {
  await next();
  const isReport =
    context.res.ok && context.res.headers.get("content-type")?.startsWith("text/html") === true;
  if (isReport) context.res.headers.set("Content-Security-Policy", reportPolicy);
};

const reportPolicy = [
  "default-src 'none'",
  "img-src data:",
  "font-src data:",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves a built page: its document with a fresh nonce, its assets by content hash. */
export function pageRoutes(folder: string, document: "index.html" | "start.html") {
  return new Hono<{ Variables: SecureHeadersVariables }>()
    .get("/", async (context) => {
      const html = await readFile(join(folder, document), "utf8");
      context.header("Cache-Control", "no-store");
      return context.html(html.replaceAll(noncePlaceholder, context.get("secureHeadersNonce") ?? ""));
    })
    .get(
      "/assets/*",
      async (context, next) => {
        await next();
        if (context.res.ok) context.header("Cache-Control", "private, max-age=31536000, immutable");
      },
      serveStatic({ root: folder }),
    );
}
