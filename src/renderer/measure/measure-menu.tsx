import { Menu, Tooltip } from "@mantine/core";
import { IconAngle, IconOval, IconPolygon, IconRuler2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { findCommand } from "../../core/commands";
import { chordsOf, isAvailable } from "../../core/key-chord";
import { type MeasurementKind, measurementKinds } from "../../core/measure/measurement";
import { useAnnotation } from "../annotate/annotation";
import { useCommands } from "../app/command-context";
import { KeyCaps } from "../app/controls/key-caps";
import { useViewports } from "../state/viewports";
import { useWorkbench } from "../state/workbench";

const icon = { size: 16, stroke: 1.35 } as const;
const icons: Readonly<Record<MeasurementKind, ReactNode>> = {
  length: <IconRuler2 {...icon} />,
  angle: <IconAngle {...icon} />,
  ellipse: <IconOval {...icon} />,
  polygon: <IconPolygon {...icon} />,
};

/** The measuring tools behind one button, which shows the one in the hand. */
export function MeasureMenu({ className, side }: { className: string; side: "right" | "bottom" }) {
  const { run, state, keys } = useCommands();
  const isPainting = useAnnotation(({ tool }) => tool !== undefined);
  const workplace = useWorkbench((workbench) => workbench.workplace);
  const tool = useViewports((viewports) => viewports.tool);
  const inHand =
    workplace === "annotate" && isPainting ? undefined : measurementKinds.find((kind) => kind === tool);
  return (
    <Menu position={side === "right" ? "right-start" : "bottom-start"}>
      <Menu.Target>
        <Tooltip label="Measure" position={side}>
          <button
            type="button"
            className={className}
            aria-label="Measure"
            aria-pressed={inHand !== undefined}
            disabled={!state.series}
          >
            {icons[inHand ?? "length"]}
          </button>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {measurementKinds.map((kind) => {
          const command = findCommand(`tool.${kind}`)!;
          const chord = chordsOf(command, keys)[0];
          return (
            <Menu.Item
              key={kind}
              leftSection={icons[kind]}
              rightSection={chord !== undefined && <KeyCaps chord={chord} />}
              disabled={!isAvailable(command, state)}
              onClick={() => run(command.id)}
            >
              {command.title}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
