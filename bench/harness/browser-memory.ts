import { residentMegabytes } from "../../test-support/soak";
import type { Browser, Page } from "@playwright/test";

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

/** What a page holds once its garbage is collected. */
export interface HeldMemory {
  /** Resident memory of the largest page's process, in MB; undefined where the system has no /proc. */
  process: number | undefined;
  /** The JavaScript heap in use, in MB. */
  heap: number;
  /** Nodes of its document, shown or not. */
  nodes: number;
}

/** Measures what a page holds. Garbage is collected first: how much of it lies about is the browser's mood. */
export async function heldMemory(browser: Browser, page: Page): Promise<HeldMemory> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const { nodes } = await session.send("Memory.getDOMCounters");
  await session.detach();
  return { process: await largestPageMegabytes(browser), heap: usedSize / 2 ** 20, nodes };
}
