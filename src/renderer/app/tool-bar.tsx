import { Menu, Tooltip } from "@mantine/core";
import {
  IconArrowsMove,
  IconChevronDown,
  IconCircleHalf2,
  IconColumns,
  IconColumns3,
  IconCrosshair,
  IconFlipHorizontal,
  IconGridDots,
  IconLayoutGrid,
  IconLayoutSidebarRight,
  IconLink,
  IconContrast,
  IconRotateClockwise,
  IconSquare,
  IconZoomIn,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { findCommand, type CommandId } from "../../core/commands";
import { chordsOf, isAvailable } from "../../core/key-chord";
import { MeasureMenu } from "../measure/measure-menu";
import { useSeries } from "../state/queries";
import { windowPresets, type Layout, type ViewportsState } from "../state/viewport-model";
import {
  activeViewport,
  seriesOf,
  viewportOf,
  visibleViewportIds,
  whyNoPlanes,
} from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { useCommands } from "./command-context";
import controls from "./controls/controls.module.css";
import { CommandButton } from "./controls/command-button";
import { KeyCaps } from "./controls/key-caps";
import { CurtainIcon, DifferenceIcon, SharedCursorIcon } from "./tool-icons";
import { useNarrow } from "./use-narrow";
import styles from "./shell.module.css";

/** Tools, orientation, window presets, layout, curtain, difference, link: in the order of the look. */
export function ToolBar() {
  const tool = useViewports((state) => state.tool);
  const cursorShown = useViewports((state) => state.crosshairShown);
  const inverted = useViewports((state) => activeViewport(state).invert);
  const linked = useViewports(({ link }) => link.camera && link.slice && link.window);
  const comparing = useViewports(isComparing);
  const narrow = useNarrow("studies");
  const inDrawer = useNarrow("inspector");
  const icon = { size: 16 } as const;
  return (
    <div className={`${styles.bar} ${styles.toolBar}`} role="toolbar" aria-label="Tools">
      <CommandButton command="tool.window" icon={<IconCircleHalf2 {...icon} />} active={tool === "window"} />
      <CommandButton command="tool.pan" icon={<IconArrowsMove {...icon} />} active={tool === "pan"} />
      <CommandButton command="tool.zoom" icon={<IconZoomIn {...icon} />} active={tool === "zoom"} />
      <CommandButton
        command="tool.crosshair"
        icon={<IconCrosshair {...icon} />}
        active={tool === "crosshair"}
      />
      <MeasureMenu className={styles.measure ?? ""} side="bottom" />
      <CommandButton command="view.cursor" icon={<SharedCursorIcon />} pressed={cursorShown} />
      <span className={styles.separator} />
      <CommandButton command="view.rotate" icon={<IconRotateClockwise {...icon} />} />
      <CommandButton command="view.flip" icon={<IconFlipHorizontal {...icon} />} />
      <CommandButton command="view.invert" icon={<IconContrast {...icon} />} pressed={inverted} />
      <span className={styles.separator} />
      <WindowPresets namesShown={!narrow} />
      <span className={controls.spring} />
      <div className={styles.well}>
        <Segment command="compare.lay-out" pressed={comparing}>
          <IconColumns3 size={14} />
          Compare
        </Segment>
      </div>
      <LayoutChoice />
      <span className={styles.separator} />
      <CompareToggles />
      <CommandButton command="compare.link" icon={<IconLink {...icon} />} pressed={linked} />
      {inDrawer && <CommandButton command="view.inspector" icon={<IconLayoutSidebarRight {...icon} />} />}
    </div>
  );
}

interface SegmentProps {
  command: CommandId;
  pressed: boolean;
  children: ReactNode;
  /** Why it cannot be chosen now, in a sentence. */
  refusal?: string | undefined;
}

/** One choice of a row of choices; its key is in its tooltip. */
function Segment({ command: id, pressed, children, refusal }: SegmentProps) {
  const { run, state, keys } = useCommands();
  const command = findCommand(id);
  if (!command) return null;
  const chord = chordsOf(command, keys)[0];
  return (
    <Tooltip
      label={
        <span className={controls.tip}>
          {refusal ?? command.title}
          {refusal === undefined && chord !== undefined && <KeyCaps chord={chord} />}
        </span>
      }
    >
      <button
        type="button"
        className={styles.segment}
        aria-label={command.title}
        aria-pressed={pressed}
        disabled={refusal !== undefined || !isAvailable(command, state)}
        onClick={() => run(id)}
      >
        {children}
      </button>
    </Tooltip>
  );
}

/** Presets whose names stand in the bar; the others are under More. */
const namedPresets = ["soft-tissue", "lung", "liver", "bone", "brain"] as const;

function WindowPresets({ namesShown }: { namesShown: boolean }) {
  const { run } = useCommands();
  const choice = useViewports((state) => activeViewport(state).window);
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  const series = useSeries(seriesId).data;
  // Presets are in Hounsfield units: of a series that says it is no CT they would make black or white.
  const isNoCt =
    series !== undefined && (series.colour || (series.modality !== undefined && series.modality !== "CT"));
  const isPreset = (name: string) => choice.source === "preset" && choice.name === name;
  const inMore = windowPresets.filter(({ id }) => !namesShown || !namedPresets.some((named) => named === id));
  const chosenInMore = inMore.find(({ name }) => isPreset(name));
  return (
    <>
      <div className={styles.well} role="group" aria-label="Window">
        <Segment command="window.file" pressed={choice.source === "file"}>
          File
        </Segment>
        <Segment command="window.auto" pressed={choice.source === "auto"}>
          Auto
        </Segment>
        {windowPresets
          .filter((preset) => !inMore.includes(preset))
          .map((preset) => (
            <Segment
              key={preset.id}
              command={`window.${preset.id}`}
              pressed={isPreset(preset.name)}
              refusal={isNoCt ? `${preset.name} is in HU, for CT` : undefined}
            >
              {preset.name}
            </Segment>
          ))}
        <Menu>
          <Menu.Target>
            <button
              type="button"
              className={styles.segment}
              aria-pressed={chosenInMore !== undefined}
              disabled={series === undefined}
            >
              {chosenInMore?.name ?? "More"} <IconChevronDown size={12} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {inMore.map(({ id, name, width, center }) => (
              <Menu.Item
                key={id}
                disabled={isNoCt}
                rightSection={<span className={controls.unit}>{`W ${width} L ${center} HU`}</span>}
                onClick={() => run(`window.${id}`)}
              >
                {name}
              </Menu.Item>
            ))}
            {isNoCt && <Menu.Label>Presets are in HU, for CT.</Menu.Label>}
          </Menu.Dropdown>
        </Menu>
      </div>
    </>
  );
}

const layoutChoices: readonly { layout: Layout; command: CommandId; label: string; icon: ReactNode }[] = [
  { layout: "2x2", command: "layout.two-by-two", label: "2 × 2", icon: <IconLayoutGrid size={14} /> },
  { layout: "2x3", command: "layout.two-by-three", label: "2 × 3", icon: <IconGridDots size={14} /> },
  { layout: "1x2", command: "layout.row", label: "Row", icon: <IconColumns size={14} /> },
  { layout: "1x1", command: "layout.one", label: "One", icon: <IconSquare size={14} /> },
];

/** Whether each viewport stands for a layer. */
const isComparing = (state: ViewportsState): boolean => {
  const ids = visibleViewportIds(state);
  return ids.length > 1 && ids.every((id) => viewportOf(state, id).primaryLayerId !== undefined);
};

/** Whether the active viewport's series is shown in planes now. */
const isInPlanes = (state: ViewportsState): boolean =>
  visibleViewportIds(state).some((id) => viewportOf(state, id).plane !== "native");

function LayoutChoice() {
  const series = useViewports((state) => seriesOf(state, state.activeViewportId));
  const inPlanes = useViewports(isInPlanes);
  const noPlanes = series && whyNoPlanes(series);
  const shown = useViewports((state) => (state.maximisedViewportId === undefined ? state.layout : "1x1"));
  return (
    <div className={styles.well} role="group" aria-label="Layout">
      {layoutChoices.map(({ layout, command, label, icon }) => (
        <Segment key={layout} command={command} pressed={shown === layout}>
          {icon}
          <span className={styles.words}>{label}</span>
        </Segment>
      ))}
      <Segment command="layout.planes" pressed={inPlanes} refusal={noPlanes}>
        Planes
      </Segment>
    </div>
  );
}

function CompareToggles() {
  const curtain = useViewports((state) => activeViewport(state).curtain !== undefined);
  const difference = useViewports((state) => activeViewport(state).difference !== undefined);
  return (
    <>
      <Toggle command="compare.curtain" pressed={curtain} icon={<CurtainIcon />} />
      <Toggle command="compare.difference" pressed={difference} icon={<DifferenceIcon />} />
    </>
  );
}

interface ToggleProps {
  command: CommandId;
  pressed: boolean;
  icon: ReactNode;
}

function Toggle({ command: id, pressed, icon }: ToggleProps) {
  const { run, state, keys } = useCommands();
  const command = findCommand(id);
  if (!command) return null;
  const chord = chordsOf(command, keys)[0];
  return (
    <button
      type="button"
      className={styles.toggle}
      aria-pressed={pressed}
      disabled={!isAvailable(command, state)}
      onClick={() => run(id)}
    >
      {icon}
      {command.title}
      {chord !== undefined && <KeyCaps chord={chord} />}
    </button>
  );
}
