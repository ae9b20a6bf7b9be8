import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import styles from "./annotate.module.css";
import { editQueue } from "./commit-edit";
import { savedText } from "./words";

/** From when on a save that is under way is told: most take less. */
const toldAfterMs = 400;

/** Whether every stroke is in the workspace. */
export function SavedState() {
  const { waiting, savedAt, trouble } = useStore(editQueue.state);
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const isSlow = useIsLong(waiting > 0, toldAfterMs);
  if (waiting > 0 && trouble !== undefined) {
    return (
      <span className={styles.unsaved}>
        <IconAlertTriangle size={16} />
        {waiting} {waiting === 1 ? "step is" : "steps are"} not saved yet, tried again until they are. Keep
        this page open.
        <Button variant="outline" h={22} px={8} onClick={() => editQueue.retry()}>
          Try now
        </Button>
      </span>
    );
  }
  if (waiting > 0 && isSlow) return <span className={styles.saved}>Saving</span>;
  return (
    <span className={styles.saved}>
      <IconCheck size={16} />
      {savedAt === undefined
        ? "Everything is in the workspace."
        : `Saved to the workspace ${savedText(Date.now() - savedAt.getTime())}.`}{" "}
      The image file is never written to.
    </span>
  );
}

/** Whether something has held for so long. */
function useIsLong(holds: boolean, milliseconds: number): boolean {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    if (!holds) return undefined;
    const timer = setTimeout(() => setIsLong(true), milliseconds);
    return () => {
      clearTimeout(timer);
      setIsLong(false);
    };
  }, [holds, milliseconds]);
  return isLong;
}
