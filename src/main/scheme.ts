import { protocol, type Session } from "electron";
import type { Hono } from "hono";

const scheme = "slicebench";

/** The page's origin: a scheme of our own, which no other program and no web page can serve. */
export const appOrigin = `${scheme}://app`;
export const pageAddress = `${appOrigin}/`;

/** Gives the scheme the rights of https: an origin of its own, fetch, streams. Must come before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Answers the scheme with the host, in this process: nothing listens on a port. */
export function serveScheme(session: Session, host: Pick<Hono, "fetch">): void {
  session.protocol.handle(scheme, (request) => host.fetch(request));
}

/** Whether an address belongs to our own page. */
export function isOwnAddress(address: string): boolean {
  // Parsed, not compared by its beginning: `slicebench://app.elsewhere` is another's.
  const url = URL.parse(address);
  return url !== null && url.protocol === `${scheme}:` && url.host === "app";
}

/** Requests that no one has to refuse, as they leave this machine by no means. */
const localProtocols = new Set([`${scheme}:`, "blob:", "data:", "devtools:"]);

/** No network: whatever the page, or what it shows, asks for elsewhere is cancelled. */
export function refuseNetwork(session: Session): void {
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const protocolOf = URL.parse(url)?.protocol ?? "";
    answer({ cancel: !localProtocols.has(protocolOf) });
  });
}
