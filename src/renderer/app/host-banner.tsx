import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { host } from "../api/host";
import { HostError } from "../api/request";
import { useWorkbench } from "../state/workbench";
import { retryConnection } from "./use-host";
import styles from "./shell.module.css";

/** How often a page that lost its host asks whether one answers that does not know it. */
const askAgainMs = 2_000;

/**
 * What answers in place of the host: one that was started anew and gave out a new address (401), or one whose start is
 * hindered (503). The event stream that reconnects cannot tell, because EventSource hides the status.
 */
function useRefusal(gone: boolean): HostError | undefined {
  const { error } = useQuery({
    queryKey: ["door"],
    queryFn: ({ signal }) => host.settings(signal),
    enabled: gone,
    refetchInterval: askAgainMs,
    gcTime: 0,
  });
  return gone && error instanceof HostError ? error : undefined;
}

/** Says that the program behind the page is gone, while it keeps trying to reach it. */
export function HostBanner() {
  const gone = useWorkbench((state) => state.connection === "gone");
  const wasConnected = useWorkbench((state) => state.wasConnected);
  const refusal = useRefusal(gone);
  if (!gone) return null;
  if (refusal?.status === 401)
    return (
      <div className={styles.banner} role="alert">
        <IconPlugConnectedX size={16} />
        <span>
          <strong>Slicebench was started anew.</strong> Open the address that it printed; what was computed is
          kept.
        </span>
      </div>
    );
  if (refusal?.status === 503)
    return (
      <div className={styles.banner} role="alert">
        <IconPlugConnectedX size={16} />
        <span>
          <strong>Slicebench cannot open its workspace.</strong> {refusal.message} This page goes on once it
          can; open its address in another tab to see what to do.
        </span>
      </div>
    );
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
