import { Button } from "@mantine/core";
import type { JobView } from "../../host/contract";
import { attempt } from "../actions/report";
import { host } from "../api/host";
import styles from "./archive.module.css";
import { Failure } from "./failure";

/** How far a fetch is, with its way out; why it failed. */
export function FetchProgress({ job }: { job: JobView }) {
  const [problem] = job.problems.slice(-1);
  if (job.state === "failed" && problem) return <Failure title="The study was not fetched" error={problem} />;
  if (job.state === "cancelled") return <span>Stopped. Nothing of the study was kept.</span>;
  if (job.state === "done") return null;
  return (
    <>
      <span>
        {job.title}: {job.done} of {job.total ?? "…"} images
      </span>
      <progress
        className={styles.bar}
        {...(job.total !== undefined && { max: job.total, value: job.done })}
        aria-label={job.title}
      />
      <Button
        variant="outline"
        onClick={() => void attempt("The job could not be stopped", () => host.cancelJob(job.id))}
      >
        Cancel
      </Button>
    </>
  );
}
