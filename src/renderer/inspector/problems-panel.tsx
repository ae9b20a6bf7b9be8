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
          {problems.map((problem, at) => (
            <ProblemItem key={problem.id} problem={problem} first={at === 0} />
          ))}
        </ul>
      </div>
    </>
  );
}

function asText({ title, message, hint, file, files, code, details }: Problem): string {
  return [title, message, hint, file, ...(files ?? []), code, ...(details ?? [])].filter(Boolean).join("\n");
}

/** The accent marks one recommended action: that of the newest problem. */
function ProblemItem({ problem, first }: { problem: Problem; first: boolean }) {
  const { severity, title, message, hint, file, files, code, details } = problem;
  const actions = actionsOf(problem);
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
        {files && <FileNames files={files} />}
        <div className={styles.problemActions}>
          {actions.map((action, at) => (
            <Button
              key={action.label}
              variant={first && at === 0 ? "filled" : "outline"}
              onClick={() => {
                if (action.settles) dismissProblem(problem.id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          ))}
          <Button
            variant={actions.length === 0 ? "outline" : "subtle"}
            onClick={() => dismissProblem(problem.id)}
          >
            Dismiss
          </Button>
        </div>
        <details>
          <summary>Details</summary>
          <pre data-selectable tabIndex={0}>
            {[code, file, ...(files ?? []), ...(details ?? [])].filter(Boolean).join("\n")}
          </pre>
        </details>
      </div>
    </li>
  );
}

/** Of so many refused files the names are read at once; all of them stand under Details. */
const namesShown = 8;

function FileNames({ files }: { files: readonly string[] }) {
  const more = files.length - namesShown;
  return (
    <ul className={styles.fileNames} data-selectable>
      {files.slice(0, namesShown).map((file) => (
        <li key={file} title={file}>
          {fileName(file)}
        </li>
      ))}
      {more > 0 && <li>and {more} more, under Details</li>}
    </ul>
  );
}

/** What the page can do: what the problem itself offers and, on the desktop, to show the file. */
function actionsOf({ file, actions = [] }: Problem): readonly ProblemAction[] {
  if (file === undefined || !desktop) return actions;
  const bridge = desktop;
  const show = () => void attempt("The folder could not be shown", () => bridge.revealInFolder(file));
  return [...actions, { label: "Show in folder", run: show }];
}
