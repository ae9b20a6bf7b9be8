import { Menu, Tooltip } from "@mantine/core";
import {
  IconArrowsMove,
  IconChevronDown,
  IconCircleHalf2,
  IconColumns,
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
import { useSeries } from "../state/queries";
import { windowPresets, type Layout } from "../state/viewport-model";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { useCommands } from "./command-context";
import controls from "./controls/controls.module.css";
import { CommandButton } from "./controls/command-button";
import { KeyCaps } from "./controls/key-caps";
import { useNarrow } from "./use-narrow";
import styles from "./shell.module.css";

/** Tools, orientation, window presets, layout, curtain, difference, link: in the order of the look. */
export function ToolBar() {
  const tool = useViewports((state) => state.tool);
  const cursorShown = useViewports((state) => state.crosshairShown);
  const inverted = useViewports((state) => activeViewport(state).invert);
  const linked = useViewports(({ link }) => link.camera && link.slice && link.window);
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
      <CommandButton command="view.cursor" icon={<SharedCursorIcon />} pressed={cursorShown} />
      <span className={styles.separator} />
      <CommandButton command="view.rotate" icon={<IconRotateClockwise {...icon} />} />
      <CommandButton command="view.flip" icon={<IconFlipHorizontal {...icon} />} />
      <CommandButton command="view.invert" icon={<IconContrast {...icon} />} pressed={inverted} />
      <span className={styles.separator} />
      <WindowPresets namesShown={!narrow} />
      <span className={controls.spring} />
      <LayoutChoice />
      <span className={styles.separator} />
      <CompareToggles />
      <CommandButton command="compare.link" icon={<IconLink {...icon} />} pressed={linked} />
      {inDrawer && <CommandButton command="view.inspector" icon={<IconLayoutSidebarRight {...icon} />} />}
    </div>
  );
}

/** A cross with a hole at the point, as it is drawn over the images. */
function SharedCursorIcon() {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.35"
      aria-hidden
    >
      <path d="M8 1.5V6M8 10v4.5M1.5 8H6M10 8h4.5" strokeLinecap="round" />
      <circle cx="8" cy="8" r="0.6" fill="currentColor" />
    </svg>
  );
}

interface SegmentProps {
  command: CommandId;
  pressed: boolean;
  children: ReactNode;
  disabled?: boolean;
}

/** One choice of a row of choices; its key is in its tooltip. */
function Segment({ command: id, pressed, children, disabled = false }: SegmentProps) {
  const { run, state, keys } = useCommands();
  const command = findCommand(id);
  if (!command) return null;
  const chord = chordsOf(command, keys)[0];
  return (
    <Tooltip
      label={
        <span className={controls.tip}>
          {disabled ? `${command.title} is in HU, for CT` : command.title}
          {chord !== undefined && <KeyCaps chord={chord} />}
        </span>
      }
    >
      <button
        type="button"
        className={styles.segment}
        aria-label={command.title}
        aria-pressed={pressed}
        disabled={disabled || !isAvailable(command, state)}
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
      <span className={styles.label}>Window</span>
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
              disabled={isNoCt}
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

function LayoutChoice() {
  const shown = useViewports((state) => (state.maximisedViewportId === undefined ? state.layout : "1x1"));
  return (
    <div className={styles.well} role="group" aria-label="Layout">
      {layoutChoices.map(({ layout, command, label, icon }) => (
        <Segment key={layout} command={command} pressed={shown === layout}>
          {icon}
          <span className={styles.words}>{label}</span>
        </Segment>
      ))}
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

function Toggle({ command: id, pressed, icon }: { command: CommandId; pressed: boolean; icon: ReactNode }) {
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

/** Half of the picture covered. */
export function CurtainIcon() {
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.35"
      aria-hidden
    >
      <rect x="2" y="2.5" width="12" height="11" rx="1" />
      <path d="M8 1v14" />
      <path d="M2 2.5h6v11H2z" fill="currentColor" stroke="none" opacity="0.45" />
    </svg>
  );
}

/** Two circles that overlap. */
function DifferenceIcon() {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.35"
      aria-hidden
    >
      <circle cx="6" cy="8" r="4.2" />
      <circle cx="10" cy="8" r="4.2" />
      <path d="M8 4.3a4.2 4.2 0 0 1 0 7.4 4.2 4.2 0 0 1 0-7.4z" fill="currentColor" stroke="none" />
    </svg>
  );
}
