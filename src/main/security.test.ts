import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type TestDesktop, openDesktop } from "../../test-support/open-desktop";
import { cineFolder, failureOf, readEvents } from "../../test-support/open-host";
import {
  app,
  ipcMain,
  isRefused,
  protocol,
  session,
  shell,
  StandInWebContents,
} from "../../test-support/stand-in-electron";
import { channels } from "../preload/bridge";

vi.mock("electron", () => import("../../test-support/stand-in-electron"));

let desktop: TestDesktop;
beforeAll(async () => void (desktop = await openDesktop()));
afterAll(() => desktop.close());

const pageAddress = "slicebench://app/";
const elsewhere = [
  "https://example.org/",
  "file:///etc/passwd",
  "slicebench://app.example/",
  "slicebench://other/",
];

describe("the page", () => {
  test("has no Node, a sandbox, and no world in common with the preload", () => {
    expect(app.calls).toContain("enableSandbox");
    expect(desktop.window().webContents.mainFrame.url).toBe(pageAddress);
    expect(desktop.window().options.webPreferences).toEqual({
      preload: join(desktop.folder, "preload.cjs"),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
  });

  test("goes nowhere else, embeds nothing and is not led on", () => {
    const { webContents } = desktop.window();
    for (const url of elsewhere) {
      expect(isRefused(webContents, "will-navigate", { url })).toBe(true);
      expect(isRefused(webContents, "will-frame-navigate", { url, isMainFrame: true })).toBe(true);
      expect(isRefused(webContents, "will-frame-navigate", { url, isMainFrame: false })).toBe(true);
      expect(isRefused(webContents, "will-redirect", { url })).toBe(true);
    }
    expect(isRefused(webContents, "will-frame-navigate", { url: pageAddress, isMainFrame: false })).toBe(
      true,
    );
    expect(isRefused(webContents, "will-attach-webview")).toBe(true);
    // Loading the page again is no navigation to elsewhere.
    expect(isRefused(webContents, "will-navigate", { url: pageAddress })).toBe(false);
    expect(isRefused(webContents, "will-frame-navigate", { url: pageAddress, isMainFrame: true })).toBe(
      false,
    );
  });

  test("opens no window, whatever the address, its own included", () => {
    for (const url of [...elsewhere, pageAddress, "about:blank"])
      expect(desktop.window().webContents.openWindow({ url })).toEqual({ action: "deny" });
  });

  test("any other contents that the program comes to have are held by the same rules", () => {
    const contents = new StandInWebContents();
    app.emit("web-contents-created", {}, contents);
    expect(isRefused(contents, "will-navigate", { url: "https://example.org/" })).toBe(true);
    expect(contents.openWindow({ url: "https://example.org/" })).toEqual({ action: "deny" });
  });

  test("gets no permission, asked for or tried in silence", () => {
    const { defaultSession } = session;
    for (const permission of [
      "media",
      "geolocation",
      "notifications",
      "clipboard-read",
      "hid",
      "openExternal",
    ]) {
      const answers: boolean[] = [];
      defaultSession.permissionRequest(undefined, permission, (granted) => answers.push(granted));
      expect(answers).toEqual([false]);
      expect(defaultSession.permissionCheck(undefined, permission)).toBe(false);
    }
    expect(defaultSession.devicePermission({ deviceType: "usb" })).toBe(false);
  });

  test("reaches nothing outside of this machine", () => {
    const isCancelled = (url: string) => {
      const decisions: boolean[] = [];
      session.defaultSession.beforeRequest({ url }, ({ cancel }) => decisions.push(cancel));
      return decisions;
    };
    for (const url of [
      "https://example.org/x",
      "http://127.0.0.1:80/",
      "ws://example.org",
      "file:///etc/passwd",
      "?",
    ])
      expect(isCancelled(url)).toEqual([true]);
    for (const url of [`${pageAddress}api/studies`, "blob:slicebench://app/1", "data:image/png;base64,AA"])
      expect(isCancelled(url)).toEqual([false]);
  });
});

describe("messages", () => {
  const folder = "/somewhere/else";

  test("are answered to the main frame of our own page alone", async () => {
    const { webContents } = desktop.window();
    const ask = (sender: StandInWebContents, senderFrame: { url: string } | null) =>
      ipcMain.ask({ sender, senderFrame }, channels.revealInFolder, folder);
    for (const url of [...elsewhere, "about:blank", ""]) {
      const stranger = new StandInWebContents();
      stranger.mainFrame.url = url;
      await expect(ask(stranger, stranger.mainFrame)).rejects.toMatchObject({ code: "SENDER_REFUSED" });
    }
    // A frame within our page, also one with our address, and a frame that is gone.
    await expect(ask(webContents, { url: pageAddress })).rejects.toMatchObject({ code: "SENDER_REFUSED" });
    await expect(ask(webContents, null)).rejects.toMatchObject({ code: "SENDER_REFUSED" });
    expect(shell.revealed).toEqual([]);
    await ask(webContents, webContents.mainFrame);
    expect(shell.revealed).toEqual([folder]);
  });

  test("are refused to a stranger on every channel that there is", async () => {
    expect([...ipcMain.handlers.keys()].sort()).toEqual(
      Object.values(channels)
        .filter((channel) => channel !== channels.command)
        .sort(),
    );
    // Nothing listens beside the checked handlers.
    expect(ipcMain.eventNames()).toEqual([]);
    const stranger = new StandInWebContents();
    for (const channel of ipcMain.handlers.keys()) {
      const asked = ipcMain.ask({ sender: stranger, senderFrame: stranger.mainFrame }, channel);
      await expect(asked).rejects.toMatchObject({ code: "SENDER_REFUSED" });
    }
  });

  test("whose words do not fit are refused before anything is done", async () => {
    const revealed = [...shell.revealed];
    for (const words of [[], [1], ["relative/path"], ["../up"], [folder, folder], [{ path: folder }]])
      await expect(desktop.say(channels.revealInFolder, ...words)).rejects.toThrow();
    for (const query of ["../models", "seriesId=1#x", "a/b", "\\", " "])
      await expect(desktop.say(channels.savePdf, query)).rejects.toThrow();
    await expect(desktop.say(channels.openFiles, { properties: ["openDirectory"] })).rejects.toThrow();
    expect(shell.revealed).toEqual(revealed);
  });
});

describe("the scheme", () => {
  test("has the rights of https and no more", () => {
    expect(protocol.schemes).toEqual([
      {
        scheme: "slicebench",
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
      },
    ]);
  });

  test("answers everything with a policy that lets no inline script and no other site in", async () => {
    const answers = [
      await desktop.ask("/"),
      await desktop.ask("/assets/index-abc.js"),
      await desktop.ask("/api/models"),
      await desktop.ask("/nothing"),
      await desktop.ask("/api/settings", { method: "PATCH", body: "{" }),
      await desktop.ask("/api/studies", { headers: { origin: "https://example.org" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 400, 403]);
    for (const { headers } of answers) {
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'; script-src 'self'; ");
      expect(policy).not.toMatch(/unsafe-|https?:|\*/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("serves the page's folder and nothing outside of it", async () => {
    writeFileSync(join(desktop.folder, "secret.txt"), "secret");
    expect(await (await desktop.ask("/assets/index-abc.js")).text()).toBe("export {};");
    for (const path of [
      "/secret.txt",
      "/assets/../../secret.txt",
      "/assets/..%2f..%2fsecret.txt",
      "/index.html",
    ])
      expect(await failureOf(await desktop.ask(path))).toEqual({ status: 404, code: "RESOURCE_NOT_FOUND" });
  });

  test("brings requests to the host and its events back as they happen", async () => {
    const events = readEvents(await desktop.ask("/api/events"));
    const answer = await desktop.ask("/api/studies", {
      method: "POST",
      headers: { "content-type": "application/json", origin: "slicebench://app" },
      body: JSON.stringify({ paths: [join(cineFolder, "slice-1-phase-01.dcm")] }),
    });
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as { id: string };
    const states: string[] = [];
    for await (const { event } of events) {
      if (event.type !== "job" || event.job.id !== id) continue;
      states.push(event.job.state);
      if (event.job.state === "done") break;
    }
    expect(states.at(-1)).toBe("done");
    expect(await (await desktop.ask("/api/studies")).json()).toHaveLength(1);
  });
});
