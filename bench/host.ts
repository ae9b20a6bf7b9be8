import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunView } from "../src/host/contract";
import { cineFolder, openHost, type TestHost } from "../test-support/open-host";
import type { Benchmark } from "./harness/benchmark";
import { byTurns, median } from "./harness/by-turns";

const modelIds = ["cardiac-lv-unet", "cardiac-lv-resnet18-unet"];
const stretchMs = 3000;

/** The 99th percentile of how much later than asked for the event loop comes round, in milliseconds. */
async function lagOverStretch(): Promise<number> {
  const resolution = 2;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  await sleep(stretchMs);
  delay.disable();
  return delay.percentile(99) / 1e6 - resolution;
}

/** The lag while models run over a series, as a workstation runs them. */
async function lagWhileRunning(host: TestHost, seriesId: string): Promise<number> {
  const start = await host.ask("POST", "/api/runs", { seriesId, modelIds, acceptWarnings: true });
  const [run] = (await start.json()) as RunView[];
  const lag = await lagOverStretch();
  await host.ask("DELETE", `/api/jobs/${run!.jobId}`);
  await host.untilOver(run!.jobId);
  return lag;
}

export const host: Benchmark = {
  id: "host",
  title: "Host: how soon it answers while models run",
  async run({ tell }) {
    const opened = openHost();
    try {
      const [series] = await opened.open(cineFolder);
      tell("event loop, idle and while models run");
      const { idle, running } = await byTurns(
        { idle: lagOverStretch, running: () => lagWhileRunning(opened, series!.id) },
        { warmUp: 1, most: 6, seconds: 40, least: 3 },
      );
      const above = running.map((lag, round) => lag - idle[round]!);
      return {
        figures: [
          {
            subject: "event loop, 99th percentile of its lag",
            measured: { name: "models run, above idle", value: median(above) },
            unit: "ms",
            budget: { atMost: 5 },
          },
        ],
        notes: [`Idle ${median(idle).toFixed(2)} ms, while models run ${median(running).toFixed(2)} ms.`],
      };
    } finally {
      await opened.close();
    }
  },
};
