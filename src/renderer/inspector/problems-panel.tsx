import { ActionIcon, Button, CopyButton, Tooltip } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconX } from "@tabler/icons-react";
import { desktop } from "../api/bridge";
import controls from "../app/controls/controls.module.css";
import { attempt } from "../actions/report";
import { fileName } from "../state/problems";
import { dismissProblem, useWorkbench, type Problem, type ProblemAction } from "../state/workbench";
import styles from "./inspector.module.css";

/** Everything that went wrong and is not dismissed yet, in place of the series' panels. */
export function ProblemsPanel() {
  const problems = useWorkbench((state) => state.problems);
  return (
    <>
      <div className={controls.sectionHead}>
        <h2>Problems</h2>
        <span className={controls.unit}>{problems.length}</span>
        <span className={controls.spring} />
        {problems.length > 0 && (
          <CopyButton value={problems.map(asText).join("\n\n")}>
            {({ copied, copy }) => (
              <Button variant="subtle" onClick={copy}>
                {copied ? "Copied" : "Copy all"}
              </Button>
            )}
          </CopyButton>
        )}
        <Tooltip label="Close problems">
          <ActionIcon
            size={24}
            aria-label="Close problems"
            onClick={() => useWorkbench.setState({ inspectorView: "series" })}
          >
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={styles.scroller}>
        {problems.length === 0 && <p className={styles.empty}>Nothing went wrong.</p>}
        <ul>
          {problems.map((problem) => (
            <ProblemItem key={problem.id} problem={problem} />
          ))}
        </ul>
      </div>
    </>
  );
}

function asText({ title, message, hint, file, code, details }: Problem): string {
  return [title, message, hint, file, code, ...(details ?? [])].filter(Boolean).join("\n");
}

function ProblemItem({ problem }: { problem: Problem }) {
  const { severity, title, message, hint, file, code, details } = problem;
  const Icon = severity === "error" ? IconAlertCircle : IconAlertTriangle;
  return (
    <li className={styles.problem}>
      <Icon size={16} data-severity={severity} aria-label={severity === "error" ? "Error" : "Note"} />
      <div style={{ flex: 1, minWidth: 0 }}>
        <h3>{title}</h3>
        <p data-selectable>
          {file !== undefined && (
            <>
              <b>{fileName(file)}</b>:{" "}
            </>
          )}
          {message} {hint}
        </p>
        <div className={styles.problemActions}>
          {actionsOf(problem).map((action, at) => (
            <Button key={action.label} variant={at === 0 ? "filled" : "outline"} onClick={action.run}>
              {action.label}
            </Button>
          ))}
          <Button variant="subtle" onClick={() => dismissProblem(problem.id)}>
            Dismiss
          </Button>
        </div>
        <details>
          <summary>Details</summary>
          <pre data-selectable tabIndex={0}>
            {[code, file, ...(details ?? [])].filter((line) => line !== undefined).join("\n")}
          </pre>
        </details>
      </div>
    </li>
  );
}

/** What the page can do: what the problem itself offers and, on the desktop, to show the file. */
function actionsOf({ file, actions = [] }: Problem): readonly ProblemAction[] {
  if (file === undefined || !desktop) return actions;
  const bridge = desktop;
  const show = () => void attempt("The folder could not be shown", () => bridge.revealInFolder(file));
  return [...actions, { label: "Show in folder", run: show }];
}
