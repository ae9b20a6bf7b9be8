import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { commandGroups, commands } from "../../core/commands";
import { chordsOf, isAvailable } from "../../core/key-chord";
import { openSeries } from "../actions/series";
import { useStudies } from "../state/queries";
import { useCommands } from "./command-context";
import { KeyCaps } from "./controls/key-caps";

/** Every command that makes sense now, and every series that is open, found by a few letters. */
export function CommandPalette() {
  const { run, state, keys } = useCommands();
  const studies = useStudies().data ?? [];
  const groups: SpotlightActionGroupData[] = commandGroups.map((group) => ({
    group,
    actions: commands
      .filter((command) => command.group === group && isAvailable(command, state))
      // A key that works while it is held cannot be held from here.
      .filter((command) => !("held" in command) && command.id !== "app.commands")
      .map((command) => {
        const chord = chordsOf(command, keys)[0];
        return {
          id: command.id,
          label: command.title,
          ...("search" in command && { keywords: command.search }),
          ...(chord !== undefined && { rightSection: <KeyCaps chord={chord} /> }),
          onClick: () => run(command.id),
        };
      }),
  }));
  const series: SpotlightActionGroupData = {
    group: "Series",
    actions: studies.flatMap((study) =>
      study.series.map(({ id, title }) => ({
        id,
        label: title,
        description: study.title,
        onClick: () => void openSeries(id),
      })),
    ),
  };
  return (
    <Spotlight
      actions={[
        ...groups.filter(({ actions }) => actions.length > 0),
        ...(series.actions.length > 0 ? [series] : []),
      ]}
      // The table of commands binds the key, and the reader may have changed it.
      shortcut={null}
      nothingFound="No command or series has these letters"
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={16} />,
        placeholder: "Find a command or a series",
        "aria-label": "Find a command or a series",
      }}
    />
  );
}
