import { Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowsMove,
  IconBrush,
  IconBucketDroplet,
  IconChartBubble,
  IconCircleHalf2,
  IconCirclesRelation,
  IconCopy,
  IconEraser,
  IconFocus2,
  IconLasso,
  IconOval,
  IconPolygon,
  IconRectangle,
  IconResize,
  IconScissors,
  IconStack2,
  IconWand,
  IconWaveSine,
  IconZoomIn,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { type CommandId, findCommand } from "../../core/commands";
import { chordCaps, chordsOf, isAvailable } from "../../core/key-chord";
import { useCommands } from "../app/command-context";
import controls from "../app/controls/controls.module.css";
import { KeyCaps } from "../app/controls/key-caps";
import { platform } from "../app/platform";
import { MeasureMenu } from "../measure/measure-menu";
import { useHistory } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports } from "../state/viewports";
import { type AnnotationTool, useAnnotation } from "./annotation";
import { type OperationName, useOperation } from "./operations/operation";
import styles from "./annotate.module.css";

const icon = { size: 16, stroke: 1.35 } as const;

const paintingTools: readonly { tool: AnnotationTool; icon: ReactNode }[] = [
  { tool: "brush", icon: <IconBrush {...icon} /> },
  { tool: "eraser", icon: <IconEraser {...icon} /> },
  { tool: "polygon", icon: <IconPolygon {...icon} /> },
  { tool: "lasso", icon: <IconLasso {...icon} /> },
  { tool: "rectangle", icon: <IconRectangle {...icon} /> },
  { tool: "ellipse", icon: <IconOval {...icon} /> },
  { tool: "scissors", icon: <IconScissors {...icon} /> },
  { tool: "grow", icon: <IconFocus2 {...icon} /> },
  { tool: "fill", icon: <IconBucketDroplet {...icon} /> },
];

const operations: readonly { name: OperationName; icon: ReactNode }[] = [
  { name: "smooth", icon: <IconWaveSine {...icon} /> },
  { name: "resize", icon: <IconResize {...icon} /> },
  { name: "islands", icon: <IconChartBubble {...icon} /> },
  { name: "between", icon: <IconStack2 {...icon} /> },
  { name: "combine", icon: <IconCirclesRelation {...icon} /> },
];

/** The tools one under the other, each with its key. */
export function ToolStrip() {
  const tool = useAnnotation((state) => state.tool);
  const viewing = useViewports((state) => state.tool);
  const operation = useOperation((state) => state.inHand);
  const isViewing = (name: typeof viewing) =>
    tool === undefined && operation === undefined && viewing === name;
  const steps = useHistory(useViewports((state) => activeViewport(state).seriesId)).data ?? [];
  return (
    <div className={styles.strip} role="toolbar" aria-label="Annotation tools" aria-orientation="vertical">
      <ToolButton command="tool.window" icon={<IconCircleHalf2 {...icon} />} active={isViewing("window")} />
      <ToolButton command="tool.pan" icon={<IconArrowsMove {...icon} />} active={isViewing("pan")} />
      <ToolButton command="tool.zoom" icon={<IconZoomIn {...icon} />} active={isViewing("zoom")} />
      <MeasureMenu className={styles.tool ?? ""} side="right" />
      <hr />
      {paintingTools.map(({ tool: name, icon: picture }) => (
        <ToolButton key={name} command={`annotate.${name}`} icon={picture} active={tool === name} />
      ))}
      <hr />
      {operations.map(({ name, icon: picture }) => (
        <ToolButton key={name} command={`annotate.${name}`} icon={picture} active={operation === name} />
      ))}
      <ToolButton command="annotate.copy-next" icon={<IconCopy {...icon} />} />
      <ToolButton command="annotate.accept" icon={<IconWand {...icon} />} active={tool === "accept"} />
      <hr />
      <ToolButton
        command="annotate.undo"
        icon={<IconArrowBackUp {...icon} />}
        disabled={!steps.some(({ isUndone }) => !isUndone)}
      />
      <ToolButton
        command="annotate.redo"
        icon={<IconArrowForwardUp {...icon} />}
        disabled={!steps.some(({ isUndone }) => isUndone)}
      />
    </div>
  );
}

interface ToolButtonProps {
  command: CommandId;
  icon: ReactNode;
  /** It is in the hand. */
  active?: boolean;
  /** There is nothing for it to do. */
  disabled?: boolean;
}

/** A tool with its key beside its icon, where that is one letter. */
function ToolButton({ command: id, icon: picture, active, disabled = false }: ToolButtonProps) {
  const { run, state, keys } = useCommands();
  const command = findCommand(id);
  if (!command) return null;
  const chord = chordsOf(command, keys)[0];
  const caps = chord === undefined ? [] : chordCaps(chord, platform);
  return (
    <Tooltip
      position="right"
      label={
        <span className={controls.tip}>
          {command.title}
          {chord !== undefined && <KeyCaps chord={chord} />}
        </span>
      }
    >
      <button
        type="button"
        className={styles.tool}
        aria-label={command.title}
        {...(active !== undefined && { "aria-pressed": active })}
        disabled={disabled || !isAvailable(command, state)}
        onClick={() => run(id)}
      >
        {picture}
        {caps.length === 1 && <span aria-hidden>{caps[0]}</span>}
      </button>
    </Tooltip>
  );
}
