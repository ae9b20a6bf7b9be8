import type { CSSProperties } from "react";
import styles from "./controls.module.css";

/**
 * The letter that goes wherever a layer's colour goes: R dashed for the reference, A, B, C... solid. Without a
 * letter an empty square keeps the place.
 */
export function LayerBadge({ letter, colour }: { letter: string | undefined; colour?: string | undefined }) {
  if (letter === undefined) return <span className={styles.badge} data-empty aria-hidden />;
  const style = { "--layer-colour": colour } as CSSProperties;
  return (
    <span className={styles.badge} style={style} {...(letter === "R" && { "data-reference": true })}>
      {letter}
    </span>
  );
}
