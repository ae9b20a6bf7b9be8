import { Button, Modal } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { acceptPendingRun } from "../actions/runs";
import { useModels } from "../state/queries";
import { useWorkbench } from "../state/workbench";
import styles from "./dialogs.module.css";

/** Asks before a model runs on a series that it was not made for. */
export function SuitabilityDialog() {
  const pending = useWorkbench((state) => state.pendingRun);
  const models = useModels().data;
  const close = () => useWorkbench.setState({ pendingRun: undefined });
  const nameOf = (id: string) => models?.find(({ card }) => card.id === id)?.card.name ?? id;
  return (
    <Modal
      opened={pending !== undefined}
      onClose={close}
      title="This may not suit"
      size={460}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ul className={styles.warnings}>
        {pending?.warnings.map(({ modelId, message }) => (
          <li key={`${modelId} ${message}`}>
            <IconAlertTriangle size={16} />
            <span>
              <strong>{nameOf(modelId)}</strong>: {message}
            </span>
          </li>
        ))}
      </ul>
      <p>Its masks will look like any other. Run it only if you know why.</p>
      <div className={styles.buttons}>
        <Button data-autofocus onClick={close}>
          Do not run
        </Button>
        <Button variant="outline" onClick={() => void acceptPendingRun()}>
          Run anyway
        </Button>
      </div>
    </Modal>
  );
}
