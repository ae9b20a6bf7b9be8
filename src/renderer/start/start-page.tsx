import { Button, TextInput } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { GoOn, StartView } from "../../host/contract";
import { getJson, HostError, sendJson } from "../api/request";
import { explain, helpsToSetAside } from "./advice";
import styles from "./start-page.module.css";

interface Refusal {
  of: GoOn["kind"];
  words: string;
}

/** Says why Slicebench cannot start, and asks how to go on. */
export function StartPage({ first }: { first: StartView }) {
  const [view, setView] = useState(first);
  const [elsewhere, setElsewhere] = useState(first.elsewhere);
  const [trying, setTrying] = useState<GoOn["kind"]>();
  const [refusal, setRefusal] = useState<Refusal>();
  const { failure, file, backup } = view;
  const { message, advice } = explain(failure);

  const goOn = async (how: GoOn): Promise<void> => {
    setTrying(how.kind);
    setRefusal(undefined);
    try {
      await sendJson("POST", "start", how);
      location.reload();
    } catch (thrown) {
      const known = thrown instanceof HostError ? thrown : undefined;
      // Another page was quicker: there is a workstation.
      if (known?.status === 404) {
        location.reload();
        return;
      }
      const isSame = known?.code === failure.code && how.kind === "retry";
      setRefusal({
        of: how.kind,
        words: isSame ? "No change yet." : [known?.message ?? String(thrown), known?.hint].join(" "),
      });
      if (how.kind === "retry" && known?.status !== 0) setView(await getJson<StartView>("start"));
      setTrying(undefined);
    }
  };
  const act = (how: GoOn, label: string) => (
    <Button
      variant={how.kind === "retry" ? "filled" : "outline"}
      disabled={trying !== undefined}
      onClick={() => void goOn(how)}
    >
      {trying === how.kind ? "Opening…" : label}
    </Button>
  );
  const refused = (kind: GoOn["kind"]) => refusal?.of === kind && <p role="alert">{refusal.words}</p>;

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <h1>
          <IconAlertCircle size={22} aria-hidden />
          Slicebench cannot open its workspace
        </h1>
        <p className={styles.message}>
          {message} {advice}
        </p>
        <p className={styles.file} data-selectable>
          {file}
        </p>
        <div className={styles.retry}>
          {act({ kind: "retry" }, "Try again")}
          {refused("retry")}
        </div>
        <h2>Or go on with</h2>
        <ul>
          {helpsToSetAside(failure) && (
            <Way
              title={backup ? `The backup of ${dayOf(backup.madeAt)}` : "An empty workspace"}
              detail="The file that is there now is kept, in the folder “damaged” beside it."
              action={act({ kind: "set-aside" }, backup ? "Use the backup" : "Start empty")}
              refusal={refused("set-aside")}
            />
          )}
          <Way
            title="Another workspace"
            detail="This time only. It is made where there is none."
            action={act({ kind: "elsewhere", file: elsewhere }, "Open")}
            refusal={refused("elsewhere")}
          >
            <TextInput
              aria-label="Path of the other workspace"
              size="xs"
              value={elsewhere}
              onChange={({ currentTarget }) => setElsewhere(currentTarget.value)}
            />
          </Way>
          <Way
            title="No workspace"
            detail="What you do is forgotten when Slicebench ends."
            action={act({ kind: "forget" }, "Go on without")}
            refusal={refused("forget")}
          />
        </ul>
        <details>
          <summary>Details</summary>
          <pre data-selectable tabIndex={0}>
            {[failure.code, failure.message].join("\n")}
          </pre>
        </details>
      </div>
    </main>
  );
}

interface WayProps {
  title: string;
  detail: string;
  action: ReactNode;
  refusal: ReactNode;
  children?: ReactNode;
}

function Way({ title, detail, action, refusal, children }: WayProps) {
  return (
    <li>
      <div>
        <strong>{title}</strong>
        <span className={styles.detail}>{detail}</span>
        {children}
        {refusal}
      </div>
      {action}
    </li>
  );
}

/** `2026-11-25T02-14-21`, in UTC, as the reader's day and hour. */
function dayOf(madeAt: string): string {
  const moment = new Date(`${madeAt.slice(0, 10)}T${madeAt.slice(11).replaceAll("-", ":")}Z`);
  return moment.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}
