import { IconAlertCircle } from "@tabler/icons-react";
import styles from "./archive.module.css";

interface FailureProps {
  title: string;
  /** A HostError, or a job's problem. */
  error: { message: string; hint?: string | undefined };
}

/** What did not work with an archive, and what to do about it. */
export function Failure({ title, error }: FailureProps) {
  return (
    <div className={styles.failure} role="alert">
      <IconAlertCircle size={16} />
      <p data-selectable>
        <strong>{title}.</strong> {error.message} {error.hint}
      </p>
    </div>
  );
}
