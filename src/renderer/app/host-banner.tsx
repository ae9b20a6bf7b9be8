import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useWorkbench } from "../state/workbench";
import { retryConnection } from "./use-host";
import styles from "./shell.module.css";

/** Says that the program behind the page is gone, while it keeps trying to reach it. */
export function HostBanner() {
  const gone = useWorkbench((state) => state.connection === "gone");
  const wasConnected = useWorkbench((state) => state.wasConnected);
  if (!gone) return null;
  return (
    <div className={styles.banner} role="alert">
      <IconPlugConnectedX size={16} />
      <span>
        <strong>{wasConnected ? "Slicebench stopped answering." : "Slicebench does not answer."}</strong> What
        was computed is kept. Start it again; this page finds it by itself, or open the address that it
        prints.
      </span>
      <Button variant="filled" onClick={retryConnection}>
        Try now
      </Button>
    </div>
  );
}
