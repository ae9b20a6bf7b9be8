import { Button, Loader, Modal } from "@mantine/core";
import { IconServer } from "@tabler/icons-react";
import { useState } from "react";
import { useArchives } from "../state/queries";
import { useWorkbench } from "../state/workbench";
import { ArchiveForm } from "./archive-form";
import styles from "./archive.module.css";
import { Failure } from "./failure";
import { StudySearch } from "./study-search";

const close = () => useWorkbench.setState({ dialog: undefined });

/** Finds a study in an archive and fetches it. The host talks to the archive, and only when a button asks for it. */
export function ArchiveDialog() {
  const opened = useWorkbench((state) => state.dialog === "archive");
  return (
    <Modal
      opened={opened}
      onClose={close}
      // A click beside a form that was filled in must not empty it.
      closeOnClickOutside={false}
      title="Open from archive"
      size={1040}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {opened && <Content />}
    </Modal>
  );
}

function Content() {
  const archives = useArchives();
  const [adding, setAdding] = useState(false);
  if (archives.error) return <Failure title="The list of archives is not there" error={archives.error} />;
  if (!archives.data) {
    return (
      <p className={styles.waiting}>
        <Loader size={14} /> The list of archives is read…
      </p>
    );
  }
  if (adding) return <ArchiveForm onAdded={() => setAdding(false)} onCancel={() => setAdding(false)} />;
  if (archives.data.length > 0) return <StudySearch archives={archives.data} onFetched={close} />;
  return (
    <div className={styles.none}>
      <IconServer size={24} />
      <h3>No archive is configured</h3>
      <p>
        Slicebench finds and fetches studies over DICOMweb or DIMSE. It contacts no archive until you add one
        and ask something of it.
      </p>
      <Button variant="filled" data-autofocus onClick={() => setAdding(true)}>
        Add archive…
      </Button>
    </div>
  );
}
