import { Button, Loader, Modal } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { cancelImport, finishImport, pickAndImport } from "../actions/import-model";
import { type ImportFailure, type ModelImport, useModelImport } from "../state/model-import";
import styles from "./import.module.css";
import { NetworkFields } from "./network-fields";
import { PreparationChoice } from "./preparation-choice";

/** Brings a network in: what it takes and gives, how slices are prepared for it, what its segments are called. */
export function ImportDialog() {
  const current = useModelImport((state) => state.current);
  const isReady = current.state === "ready";
  return (
    <Modal
      opened={current.state !== "none"}
      onClose={() => void cancelImport()}
      // A click beside a form that was filled in must not empty it.
      closeOnClickOutside={!isReady}
      title={current.state === "none" ? "Import a model" : `Import ${current.file}`}
      size={isReady ? 1120 : 460}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Content current={current} />
    </Modal>
  );
}

function Content({ current }: { current: ModelImport }) {
  switch (current.state) {
    case "none":
      return null;
    case "reading":
      return (
        <p className={styles.reading}>
          <Loader size={14} /> The network is read…
        </p>
      );
    case "failed":
      return (
        <>
          <Failure title="This network cannot be used here" failure={current.failure} />
          <div className={styles.buttons}>
            <Button variant="outline" onClick={() => void cancelImport()}>
              Close
            </Button>
            <Button variant="filled" autoFocus onClick={() => void pickAndImport()}>
              Choose another file…
            </Button>
          </div>
        </>
      );
    case "ready":
      return <Form current={current} />;
  }
}

function Form({ current }: { current: Extract<ModelImport, { state: "ready" }> }) {
  const { view, card, saving, failure } = current;
  const isNamed = card.name.trim() !== "" && card.output.segments.every(({ label }) => label.trim() !== "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void finishImport();
      }}
    >
      <div className={styles.columns}>
        <NetworkFields view={view} card={card} />
        <PreparationChoice view={view} card={card} saving={saving} />
      </div>
      {failure && <Failure title="It could not become a model" failure={failure} />}
      <div className={styles.buttons}>
        <span>Nobody has measured it here: check its masks before you rely on them.</span>
        <Button variant="outline" onClick={() => void cancelImport()}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" loading={saving} disabled={!isNamed}>
          Add model
        </Button>
      </div>
    </form>
  );
}

function Failure({ title, failure }: { title: string; failure: ImportFailure }) {
  return (
    <div className={styles.failure} role="alert">
      <IconAlertCircle size={16} />
      <div>
        <h3>{title}</h3>
        <p data-selectable>
          {failure.message} {failure.hint}
        </p>
        <details>
          <summary>Details</summary>
          <code>{failure.code}</code>
        </details>
      </div>
    </div>
  );
}
