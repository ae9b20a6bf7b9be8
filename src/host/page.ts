import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
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

/** Serves the built page: its one document with a fresh nonce, its assets by content hash. */
export function pageRoutes(folder: string) {
  return new Hono<{ Variables: SecureHeadersVariables }>()
    .get("/", async (context) => {
      const html = await readFile(join(folder, "index.html"), "utf8");
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
