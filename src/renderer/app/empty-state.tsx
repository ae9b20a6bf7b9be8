import { Button } from "@mantine/core";
import { IconCheck, IconCpu, IconFile, IconFolder, IconLock, IconServer } from "@tabler/icons-react";
import { openPaths, pickAndOpen } from "../actions/open";
import { sampleThumbnailUrl } from "../api/host";
import { useArchives, useEngines, useModels, useSamples } from "../state/queries";
import { useWorkbench } from "../state/workbench";
import { Thumbnail } from "./controls/thumbnail";
import { KeyCaps } from "./controls/key-caps";
import { counted } from "./format";
import styles from "./empty-state.module.css";

/** With nothing open the whole middle is a drop target; below it are samples, and what is ready here. */
export function EmptyState() {
  return (
    <main className={styles.middle}>
      <div className={styles.inside}>
        <section className={styles.dropTarget}>
          <Slices />
          <h1>Drop images or a folder here</h1>
          <p>
            DICOM, NIfTI, TIFF, PNG and JPEG. A folder is read with everything below it, and sorted into
            studies and series. Your files are only read.
          </p>
          <div className={styles.buttons}>
            <Button
              variant="filled"
              h={32}
              px={14}
              fz={13}
              fw={600}
              leftSection={<IconFolder size={16} />}
              rightSection={<KeyCaps chord="Mod+O" onAccent />}
              onClick={() => void pickAndOpen("folder")}
            >
              Open folder
            </Button>
            <Button
              variant="outline"
              h={32}
              px={14}
              fz={13}
              leftSection={<IconFile size={16} />}
              onClick={() => void pickAndOpen("files")}
            >
              Open files
            </Button>
            <Button
              variant="outline"
              h={32}
              px={14}
              fz={13}
              leftSection={<IconServer size={16} />}
              onClick={() => useWorkbench.setState({ dialog: "archive" })}
            >
              From archive
            </Button>
          </div>
        </section>
        <Samples />
        <Ready />
      </div>
    </main>
  );
}

/** Three slices, a segment on the first. */
function Slices() {
  return (
    <svg width="62" height="50" viewBox="0 0 62 50" fill="none" strokeWidth="1.5" aria-hidden>
      <path d="m2 35 29 13 29-13" stroke="currentColor" opacity="0.4" />
      <path d="m2 26 29 13 29-13" stroke="currentColor" opacity="0.65" />
      <path d="M2 17 31 3l29 14-29 13z" stroke="currentColor" fill="var(--bg-1)" />
      <ellipse cx="31" cy="16.500" rx="7" ry="4.500" fill="#e69f00" fillOpacity="0.2" stroke="#e69f00" />
    </svg>
  );
}

function Samples() {
  const samples = useSamples().data;
  if (!samples || samples.length === 0) return null;
  return (
    <section>
      <div className={styles.heading}>
        <h2>Or begin with a sample</h2>
        <span className={styles.quiet}>already on this machine</span>
      </div>
      <ul className={styles.samples}>
        {samples.map((sample) => (
          <li key={sample.id}>
            <button type="button" onClick={() => void openPaths([sample.path])}>
              <Thumbnail source={sampleThumbnailUrl(sample.id, 450)} size={{ width: 176, height: 112 }} />
              <strong>{sample.title}</strong>
              <span className={styles.quiet}>{sample.detail}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Ready() {
  const models = useModels().data;
  const engines = useEngines().data;
  const archives = useArchives().data?.length ?? 0;
  const engine = engines?.find(({ available }) => available);
  const providers = engine?.providers ?? [];
  const missing = providers.find(({ inUse }) => !inUse);
  return (
    <ul className={styles.ready}>
      <li>
        <IconCheck size={16} />
        <span>
          <strong>{models ? `${counted(models.length, "model")} ready` : "Models are being read"}</strong>
          <span className={styles.detail}>for demonstration, not for clinical use</span>
        </span>
      </li>
      <li>
        <IconCpu size={16} />
        <span>
          <strong>
            {[
              providers.find(({ inUse }) => inUse)?.id.toUpperCase() ??
                (engines ? "No engine can run here" : "The engine is starting"),
              engine?.threads !== undefined && counted(engine.threads, "thread"),
            ]
              .filter(Boolean)
              .join(", ")}
          </strong>
          {missing && (
            <span className={styles.detail} title={missing.reason}>{`${missing.id} is not used here`}</span>
          )}
        </span>
      </li>
      <li>
        <IconLock size={16} />
        <span>
          <strong>{archives === 0 ? "Nothing leaves this machine" : "Nothing leaves unasked"}</strong>
          <span className={styles.detail}>
            {archives === 0 ? "no network, no account" : `${counted(archives, "archive")}, only when you ask`}
          </span>
        </span>
      </li>
    </ul>
  );
}
