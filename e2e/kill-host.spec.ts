import { expect, test } from "@playwright/test";
import { killSessions } from "../test-support/kill-sessions";
import { cine } from "./workstation";

test("killed five times while it is painted on, the workspace holds every edit that was answered", async () => {
  const { kills, acknowledged } = await killSessions({ kills: 5, seed: 7, input: cine });
  expect(kills).toBe(5);
  // Each session has two actions that were answered before its kill, at the least.
  expect(acknowledged).toBeGreaterThanOrEqual(10);
});
