import type { App, Session, WebContents } from "electron";
import { pageAddress } from "./scheme";

/** No page of ours needs a camera, a device, a notification: everything is refused, also what is asked in silence. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/**
 * Holds every page of the program, whoever makes it, to the one address: it goes nowhere, opens nothing and
 * embeds nothing.
 */
export function confinePages(app: App): void {
  app.on("web-contents-created", (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  contents.on("will-navigate", (event) => {
    if (event.url !== pageAddress) event.preventDefault();
  });
  contents.on("will-frame-navigate", (event) => {
    if (!event.isMainFrame || event.url !== pageAddress) event.preventDefault();
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
}
