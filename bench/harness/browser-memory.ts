import { readFileSync } from "node:fs";
import type { Browser } from "@playwright/test";

/** Resident memory of one process, in MB; undefined where the system has no /proc. */
function residentMegabytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Resident memory of the largest page of a browser, in MB: pixels lie outside of the JavaScript heap. */
export async function largestPageMegabytes(browser: Browser): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = processInfo.flatMap(({ type, id }) =>
    type === "renderer" ? (residentMegabytes(id) ?? []) : [],
  );
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}
