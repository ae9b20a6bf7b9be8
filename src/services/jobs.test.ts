import { expect, test, vi } from "vitest";
import { CancelledError, SlicebenchError } from "../core/errors";
import type { JobView } from "../host/contract";
import { EventLog } from "./events";
import { Jobs, type JobHandle } from "./jobs";

function jobsWithLog() {
  const events = new EventLog();
  const jobs = new Jobs(events);
  const untilOver = (id: string) =>
    new Promise<JobView>((resolve) => {
      const look = () => {
        const view = jobs.get(id);
        if (!["waiting", "running"].includes(view.state)) resolve(view);
      };
      events.subscribe(look);
      look();
    });
  return { events, jobs, untilOver };
}

const untilAborted = (job: JobHandle) =>
  new Promise<never>((_resolve, reject) => {
    job.signal.addEventListener("abort", () => reject(new CancelledError()));
  });

test("a job that did all its items is done, and keeps what could not be done", async () => {
  const { jobs, untilOver } = jobsWithLog();
  const started = jobs.start("open", "Open folder", async (job) => {
    job.begin();
    job.progress(1, 2);
    await Promise.resolve();
    job.problem({ code: "DICOM_TRUNCATED", message: "The file ends too early.", file: "a.dcm" });
    job.progress(2);
    job.added(["study"]);
  });
  expect(started.state).toBe("waiting");
  expect(await untilOver(started.id)).toEqual({
    id: started.id,
    kind: "open",
    title: "Open folder",
    state: "done",
    done: 2,
    total: 2,
    problems: [{ code: "DICOM_TRUNCATED", message: "The file ends too early.", file: "a.dcm" }],
    studyIds: ["study"],
  });
});

test("a thrown error fails the job with its code and advice, and nothing else", async () => {
  const { jobs, untilOver } = jobsWithLog();
  const { id } = jobs.start("run", "U-Net", () =>
    Promise.reject(new SlicebenchError("MODEL_MISSING", "The model is gone.", { hint: "Import it again." })),
  );
  expect(await untilOver(id)).toMatchObject({
    state: "failed",
    problems: [{ code: "MODEL_MISSING", message: "The model is gone.", hint: "Import it again." }],
  });
});

test("a cancelled job is cancelled, not failed, and has no problems", async () => {
  const { jobs, untilOver } = jobsWithLog();
  const { id } = jobs.start("run", "U-Net", untilAborted);
  await Promise.resolve();
  jobs.cancel(id);
  expect(await untilOver(id)).toMatchObject({ state: "cancelled", problems: [] });
});

test("closing stops what is under way and waits for it", async () => {
  const { jobs } = jobsWithLog();
  const { id } = jobs.start("run", "U-Net", untilAborted);
  await jobs.close();
  expect(jobs.get(id).state).toBe("cancelled");
});

test("a thousand steps in one go are told in a few events, the last state always", async () => {
  const { events, jobs, untilOver } = jobsWithLog();
  const { id } = jobs.start("open", "Open", async (job) => {
    job.begin();
    for (let done = 1; done <= 1000; done++) job.progress(done, 1000);
    await Promise.resolve();
  });
  expect(await untilOver(id)).toMatchObject({ done: 1000, total: 1000 });
  expect(events.lastId).toBeLessThan(10);
});

test("the time that is left follows from the work, also with the clock set back or on in the middle", async () => {
  const { jobs, events } = jobsWithLog();
  vi.useFakeTimers({ now: new Date("2026-11-25"), toFake: ["Date"] });
  const told: (number | undefined)[] = [];
  events.subscribe(({ event }) => event.type === "job" && told.push(event.job.remainingMs));
  try {
    const { id } = jobs.start("run", "U-Net", async (job) => {
      job.begin();
      for (const [index, now] of ["2025-01-01", "1970-01-01", "2040-01-01", "2026-11-25"].entries()) {
        vi.setSystemTime(new Date(now));
        job.progress(index + 1, 4);
        told.push(jobs.get(job.id).remainingMs);
        await Promise.resolve();
      }
    });
    await jobs.idle();
    expect(jobs.get(id)).toMatchObject({ state: "done", done: 4 });
  } finally {
    vi.useRealTimers();
  }
  const times = told.filter((time) => time !== undefined);
  expect(times.length).toBeGreaterThanOrEqual(4);
  // Four steps of microseconds: an hour or a year in it would be the clock's.
  for (const time of times) expect(time >= 0 && time < 60_000).toBe(true);
});

test("idle is when the last job is over, those that a job started included", async () => {
  const { jobs } = jobsWithLog();
  const over: string[] = [];
  jobs.start("open", "Open folder", async (job) => {
    job.begin();
    jobs.start("run", "U-Net", async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      over.push("run");
    });
    await Promise.resolve();
    over.push("open");
  });
  await jobs.idle();
  expect(over).toEqual(["open", "run"]);
});
