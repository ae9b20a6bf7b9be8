import { IconPhotoOff } from "@tabler/icons-react";
import { useState } from "react";
import styles from "./controls.module.css";

/** A small picture from the host. Its place is hatched until it is there, and says so where it cannot be made. */
export function Thumbnail({ source, size }: { source: string; size: { width: number; height: number } }) {
  const [state, setState] = useState<"waiting" | "shown" | "failed">("waiting");
  return (
    <span className={styles.picture} data-state={state} style={{ height: size.height }}>
      <img
        src={source}
        alt=""
        width={size.width}
        height={size.height}
        loading="lazy"
        onLoad={() => setState("shown")}
        onError={() => setState("failed")}
      />
      {state === "failed" && <IconPhotoOff size={16} role="img" aria-label="cannot be shown" />}
    </span>
  );
}
