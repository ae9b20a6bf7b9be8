import { Button, Loader } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconCpu } from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import type { JobView } from "../../host/contract";
import { cancelJob, currentJob, isActive } from "../actions/runs";
import { useEngines, useJobs, useStudies } from "../state/queries";
import { showProblems, useWorkbench } from "../state/workbench";
import controls from "./controls/controls.module.css";
import { KeyCaps } from "./controls/key-caps";
import { counted, formatRemaining } from "./format";
import styles from "./status-line.module.css";

/** The job that runs on the left, or what `idle` says while there is none; what lies under the pointer and what executes on the right. */
export function StatusLine({ idle, probe }: { idle?: ReactNode; probe?: ReactNode }) {
  const jobs = useJobs().data ?? [];
  const pageWork = useWorkbench((state) => state.pageWork);
  const job = currentJob(jobs);
  return (
    <footer className={styles.status}>
      <div role="status" style={{ display: "contents" }}>
        {pageWork ? (
          <>
            {pageWork.total === undefined && <Loader size={14} />}
            <Progress
              title={pageWork.title}
              at={pageWork.total === undefined ? "" : `${pageWork.done} of ${pageWork.total}`}
              {...(pageWork.total !== undefined && { fraction: pageWork.done / pageWork.total })}
              onCancel={pageWork.cancel}
            />
          </>
        ) : job ? (
          <JobProgress key={job.id} job={job} waiting={jobs.filter(isActive).length - 1} />
        ) : (
          (idle ?? <Idle />)
        )}
      </div>
      <span className={controls.spring} />
      {probe !== undefined && (
        <>
          <span className={styles.probe}>{probe}</span>
          <span className={styles.separator} />
        </>
      )}
      <Engine />
    </footer>
  );
}

function Idle() {
  const problems = useWorkbench((state) => state.problems);
  const nothingOpen = useStudies().data?.length === 0;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (problems.length > 0) {
    return (
      <button
        type="button"
        className={styles.problems}
        data-severity={errors > 0 ? "error" : "warning"}
        onClick={showProblems}
      >
        {errors > 0 ? <IconAlertCircle size={16} /> : <IconAlertTriangle size={16} />}
        {errors > 0 ? counted(errors, "problem") : counted(problems.length, "note")}
        <span>{problems[0]?.title}</span>
      </button>
    );
  }
  if (!nothingOpen) return null;
  return (
    <span className={styles.hint}>
      Press <KeyCaps chord="F1" /> for every key
    </span>
  );
}

/** How long the page has seen this job; progress shows from 1 s (spinner) and 2 s (bar) on. */
function useAge(): number {
  const [age, setAge] = useState(0);
  useEffect(() => {
    const timers = [1_000, 2_000].map((at) => setTimeout(() => setAge(at), at));
    return () => timers.forEach(clearTimeout);
  }, []);
  return age;
}

function JobProgress({ job, waiting }: { job: JobView; waiting: number }) {
  const age = useAge();
  const at =
    job.total === undefined
      ? counted(job.done, "item")
      : `${Math.min(job.done + 1, job.total)} of ${job.total}`;
  return (
    <>
      {age >= 1_000 && age < 2_000 && <Loader size={14} />}
      <Progress
        title={job.title}
        at={at}
        {...(job.total !== undefined && age >= 2_000 && { fraction: job.done / job.total })}
        {...(job.remainingMs !== undefined && age >= 2_000 && { remainingMs: job.remainingMs })}
        onCancel={() => void cancelJob(job.id)}
      />
      {waiting > 0 && <span className={controls.unit}>{counted(waiting, "job")} waiting</span>}
    </>
  );
}

interface ProgressProps {
  title: string;
  at: string;
  /** 0 to 1; absent while the total is unknown or it is too early for a bar. */
  fraction?: number;
  remainingMs?: number;
  onCancel: () => void;
}

function Progress({ title, at, fraction, remainingMs, onCancel }: ProgressProps) {
  return (
    <>
      <strong>{title}</strong>
      <span>{at}</span>
      {fraction !== undefined && (
        <>
          <span
            className={`${controls.progress} ${styles.bar}`}
            role="progressbar"
            aria-label={title}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(fraction * 100)}
          >
            <i style={{ transform: `scaleX(${fraction})` }} />
          </span>
          <span className={styles.figure}>{Math.round(fraction * 100)} %</span>
        </>
      )}
      {remainingMs !== undefined && <span>{formatRemaining(remainingMs)}</span>}
      <Button
        variant="outline"
        h={22}
        px={8}
        className={styles.cancel ?? ""}
        rightSection={<KeyCaps chord="Escape" />}
        onClick={onCancel}
      >
        Cancel
      </Button>
    </>
  );
}

/** "CPU, 8 threads", and since when an engine that was started anew is at work. */
function Engine() {
  const engines = useEngines().data;
  const { state, since } = useWorkbench(({ engine }) => engine);
  const gone = useWorkbench(({ connection }) => connection === "gone");
  const engine = engines?.find(({ available }) => available);
  const provider = engine?.providers.find(({ inUse }) => inUse);
  const words = [
    provider ? provider.id.toUpperCase() : engines && "no engine",
    engine?.threads !== undefined && counted(engine.threads, "thread"),
    state === "restarting" && "a new engine is starting",
    state === "ready" &&
      since &&
      `new engine since ${since.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`,
  ];
  return (
    <span className={styles.engine}>
      <IconCpu size={16} />
      {gone ? "not connected" : words.filter(Boolean).join(", ")}
    </span>
  );
}
