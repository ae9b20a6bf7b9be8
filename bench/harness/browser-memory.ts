import { residentMegabytes } from "../../test-support/soak";
import type { Browser } from "@playwright/test";

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
