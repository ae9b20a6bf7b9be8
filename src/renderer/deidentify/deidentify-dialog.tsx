import { Button, Checkbox, Loader, Modal, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DeidentifyChoices, JobView, StudySummary } from "../../host/contract";
import { attempt } from "../actions/report";
import { activeStudy } from "../actions/series";
import { desktop } from "../api/bridge";
import { host } from "../api/host";
import { useJobs } from "../state/queries";
import { useWorkbench } from "../state/workbench";
import { ChangeTable } from "./change-table";
import styles from "./deidentify.module.css";

const close = () => useWorkbench.setState({ dialog: undefined });

/** Writes a study anew without what says whose it is; what would change is seen before it happens. */
export function DeidentifyDialog() {
  const opened = useWorkbench((state) => state.dialog === "deidentify");
  const study = opened ? activeStudy() : undefined;
  return (
    <Modal
      opened={study !== undefined}
      onClose={close}
      title="De-identify study"
      size={900}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {study && <Content key={study.id} study={study} />}
    </Modal>
  );
}

const options: readonly { key: keyof DeidentifyChoices; label: string; description: string }[] = [
  {
    key: "shiftDates",
    label: "Shift dates",
    description: "All by the same number of days, instead of removing them",
  },
  {
    key: "cleanDescriptors",
    label: "Clean descriptions",
    description: "Keep the words of imaging, instead of removing all",
  },
  {
    key: "retainUids",
    label: "Retain UIDs",
    description: "Whoever has the old files can match them",
  },
];

function Content({ study }: { study: StudySummary }) {
  const [choices, setChoices] = useState<DeidentifyChoices>({
    shiftDates: false,
    cleanDescriptors: false,
    retainUids: false,
  });
  const [out, setOut] = useState("");
  const [jobId, setJobId] = useState<string>();
  const job = useJobs().data?.find(({ id }) => id === jobId);
  const preview = useQuery({
    queryKey: ["deidentification", study.id, choices],
    queryFn: ({ signal }) => host.previewDeidentification({ studyId: study.id, options: choices }, signal),
  });
  const start = () =>
    attempt("The study could not be de-identified", async () => {
      const started = await host.startDeidentification({
        studyId: study.id,
        options: choices,
        out: out.trim(),
      });
      setJobId(started.id);
    });
  if (job && job.state !== "failed") return <Progress job={job} out={out.trim()} />;
  const { data } = preview;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <div className={styles.options}>
        {options.map(({ key, label, description }) => (
          <Checkbox
            key={key}
            size="xs"
            label={label}
            description={description}
            checked={choices[key]}
            onChange={({ currentTarget: { checked } }) => setChoices({ ...choices, [key]: checked })}
          />
        ))}
      </div>
      <div className={styles.preview} aria-busy={preview.isFetching}>
        {data ? (
          <ChangeTable changes={data.changes} />
        ) : preview.error ? (
          <p role="alert">{preview.error.message}</p>
        ) : (
          <p className={styles.waiting}>
            <Loader size={14} /> Looking at the files…
          </p>
        )}
      </div>
      <ul className={styles.warnings}>
        {data?.warnings.map(({ message, files }) => (
          <li key={message}>
            <IconAlertTriangle size={16} />
            <span>
              {message} <small>{countFiles(files)}</small>
            </span>
          </li>
        ))}
        {data !== undefined && data.failed + data.leftOut > 0 && (
          <li>
            <IconAlertTriangle size={16} />
            <span>
              {countFiles(data.failed + data.leftOut)} cannot be de-identified, and will be left out.
            </span>
          </li>
        )}
      </ul>
      {job?.problems.map(({ message, hint }) => (
        <p key={message} role="alert" className={styles.failure}>
          {message} {hint}
        </p>
      ))}
      <div className={styles.target}>
        <TextInput
          size="xs"
          label="New files go to"
          description="A folder that is empty or not there yet, by its whole path. The old files stay as they are."
          value={out}
          onChange={({ currentTarget: { value } }) => setOut(value)}
        />
        {desktop && (
          <Button variant="outline" onClick={() => void chooseFolder().then((path) => path && setOut(path))}>
            Choose…
          </Button>
        )}
      </div>
      <div className={styles.buttons}>
        <Button variant="outline" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" disabled={out.trim() === "" || !data || data.done === 0}>
          {data ? `De-identify ${countFiles(data.done)}` : "De-identify"}
        </Button>
      </div>
    </form>
  );
}

const countFiles = (count: number) => `${count} file${count === 1 ? "" : "s"}`;

async function chooseFolder(): Promise<string | undefined> {
  return (await desktop?.openFolder())?.[0];
}

function Progress({ job, out }: { job: JobView; out: string }) {
  const isOver = job.state === "done" || job.state === "cancelled";
  const written = job.done - job.problems.length;
  const percent = job.total === undefined ? 0 : Math.round((100 * job.done) / job.total);
  return (
    <>
      <p aria-live="polite">
        {job.state === "done"
          ? `${countFiles(written)} written to ${out}. Look at the pictures before they leave the house.`
          : job.state === "cancelled"
            ? `Stopped after ${countFiles(written)}. They are in ${out}.`
            : `${job.done} of ${job.total ?? "…"} files`}
      </p>
      {!isOver && (
        <progress className={styles.bar} max={100} value={percent} aria-label="De-identification" />
      )}
      {job.problems.map(({ message, file }) => (
        <p key={`${file} ${message}`} className={styles.failure}>
          {message} {file}
        </p>
      ))}
      <div className={styles.buttons}>
        {isOver ? (
          <>
            {desktop && (
              <Button variant="outline" onClick={() => void desktop?.revealInFolder(out)}>
                Show in folder
              </Button>
            )}
            <Button variant="filled" onClick={close}>
              Close
            </Button>
          </>
        ) : (
          <Button
            variant="outline"
            onClick={() => void attempt("The job could not be stopped", () => host.cancelJob(job.id))}
          >
            Cancel
          </Button>
        )}
      </div>
    </>
  );
}
