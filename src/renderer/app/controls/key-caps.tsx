import { chordCaps } from "../../../core/key-chord";
import { platform } from "../platform";
import styles from "./controls.module.css";

/** A chord as keys on a keyboard: `Ctrl` `K`. */
export function KeyCaps({ chord, onAccent = false }: { chord: string; onAccent?: boolean }) {
  return (
    <span className={`${styles.keys} ${onAccent ? styles.onAccent : ""}`}>
      {chordCaps(chord, platform).map((cap) => (
        <kbd key={cap} className={styles.key}>
          {cap}
        </kbd>
      ))}
    </span>
  );
}
