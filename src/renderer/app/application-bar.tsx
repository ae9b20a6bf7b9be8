import { Tooltip } from "@mantine/core";
import {
  IconChevronRight,
  IconFileExport,
  IconFolder,
  IconKeyboard,
  IconSearch,
  IconSettings,
} from "@tabler/icons-react";
import { findCommand } from "../../core/commands";
import { chordsOf } from "../../core/key-chord";
import { useSeries, useStudies } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import { useCommands } from "./command-context";
import controls from "./controls/controls.module.css";
import { CommandButton } from "./controls/command-button";
import { KeyCaps } from "./controls/key-caps";
import { Mark } from "./mark";
import { useNarrow } from "./use-narrow";
import styles from "./shell.module.css";

/** Name, where you are, command search, keys and settings. */
export function ApplicationBar() {
  const { run, keys } = useCommands();
  const narrow = useNarrow("studies");
  const find = findCommand("app.commands");
  const chord = find && chordsOf(find, keys)[0];
  return (
    <header className={`${styles.bar} ${styles.applicationBar}`}>
      <span className={styles.brand}>
        <Mark />
        Slicebench
      </span>
      <Workplaces />
      <Breadcrumbs />
      <span className={controls.spring} />
      <button type="button" className={styles.find} onClick={() => run("app.commands")}>
        <IconSearch size={14} />
        <span className={controls.spring}>{narrow ? "Find" : "Find a command"}</span>
        {chord !== undefined && <KeyCaps chord={chord} />}
      </button>
      <CommandButton command="file.export" icon={<IconFileExport size={16} />} />
      <CommandButton command="app.shortcuts" icon={<IconKeyboard size={16} />} />
      <CommandButton command="app.settings" icon={<IconSettings size={16} />} />
    </header>
  );
}

const workplaces = [
  { id: "compare", name: "Compare", command: "workplace.compare" },
  { id: "annotate", name: "Annotate", command: "workplace.annotate" },
  { id: "laboratory", name: "Laboratory", command: "workplace.laboratory" },
  { id: "architectures", name: "Architectures", command: "workplace.architectures" },
] as const;

function Workplaces() {
  const { run, keys } = useCommands();
  const current = useWorkbench((state) => state.workplace);
  return (
    <nav aria-label="Workplaces" className={styles.workplaces}>
      {workplaces.map(({ id, name, command: commandId }) => {
        const command = findCommand(commandId);
        const chord = command && chordsOf(command, keys)[0];
        return (
          <Tooltip
            key={id}
            label={
              <span className={controls.tip}>
                {command?.title}
                {chord !== undefined && <KeyCaps chord={chord} />}
              </span>
            }
          >
            <button
              type="button"
              {...(id === current && { "aria-current": "page" as const })}
              onClick={() => run(commandId)}
            >
              {name}
            </button>
          </Tooltip>
        );
      })}
    </nav>
  );
}

/** Study and series that the panels are about. */
function Breadcrumbs() {
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  const series = useSeries(seriesId).data;
  const study = useStudies().data?.find(({ id }) => id === series?.studyId);
  if (!series) return null;
  return (
    <nav aria-label="Where you are">
      <ol className={styles.where}>
        {study && (
          <li className={styles.outer}>
            <IconFolder size={14} />
            <span>{study.title}</span>
            <IconChevronRight size={12} />
          </li>
        )}
        <li>
          <span aria-current="location">{series.title}</span>
        </li>
      </ol>
    </nav>
  );
}
