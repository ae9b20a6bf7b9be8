import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { commandGroups, commands } from "../../core/commands";
import { chordsOf, isAvailable } from "../../core/key-chord";
import { runModels } from "../actions/runs";
import { openSeries } from "../actions/series";
import { useModels, useStudies } from "../state/queries";
import { useCommands } from "./command-context";
import styles from "./command-palette.module.css";
import { KeyCaps } from "./controls/key-caps";
import { paletteField } from "./open-palette";

const purpose = "Find a command, a series or a model";

/** Every command that makes sense now, every series that is open and every model, found by a few letters. */
export function CommandPalette() {
  const { run, state, keys } = useCommands();
  const studies = useStudies().data ?? [];
  const models = useModels().data ?? [];
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
  const running: SpotlightActionGroupData = {
    group: "Models",
    actions: models.map(({ card }) => ({
      id: `model ${card.id}`,
      label: `Run ${card.name} on the whole series`,
      keywords: [card.architecture.family, card.description],
      onClick: () => void runModels([card.id], "series"),
    })),
  };
  return (
    <Spotlight
      title={purpose}
      classNames={{
        actionsGroup: styles.group ?? "",
        header: styles.header ?? "",
        search: styles.search ?? "",
      }}
      // The keys walk through the list from the field; whoever tabs to it scrolls it.
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      actions={[...groups, series, ...(state.series ? [running] : [])].filter(
        ({ actions }) => actions.length > 0,
      )}
      overlayProps={{ blur: 0, backgroundOpacity: 0.5 }}
      // The table of commands binds the key, and the reader may have changed it.
      shortcut={null}
      nothingFound="No command, series or model has these letters"
      highlightQuery
      scrollable
      maxHeight={420}
      // A palette that grows into place has no field to type in yet.
      transitionProps={{ duration: 0 }}
      searchProps={{
        id: paletteField,
        leftSection: <IconSearch size={16} />,
        placeholder: purpose,
        "aria-label": purpose,
      }}
    />
  );
}
