import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff, IconLock } from "@tabler/icons-react";
import { useState } from "react";
import type { Segment } from "../../../core/mask/label-map";
import type { LayerView, SegmentMeasure } from "../../../host/contract";
import controls from "../../app/controls/controls.module.css";
import { annotation } from "../annotation";
import { changeSegments, setSegmentState } from "./segment-actions";
import { volumeText } from "./figures";
import { SegmentMenu } from "./segment-menu";
import styles from "./segments.module.css";

interface SegmentRowProps {
  layer: LayerView;
  segment: Segment;
  /** From 0: its key is one more. */
  place: number;
  painted: boolean;
  measure: SegmentMeasure | undefined;
}

/** One segment: whether it is seen, its colour, name, size and key, and what can be done with it. */
export function SegmentRow({ layer, segment, place, painted, measure }: SegmentRowProps) {
  const { value, label, colour, hidden = false, locked = false } = segment;
  const [renaming, setRenaming] = useState(false);
  const volume = volumeText(measure);
  const switchLabel = hidden ? `Show ${label}` : `Hide ${label}`;
  return (
    <li className={styles.row} data-painted={painted || undefined} data-hidden={hidden || undefined}>
      <Tooltip label={switchLabel}>
        <ActionIcon
          size={24}
          aria-label={switchLabel}
          onClick={() => void setSegmentState(layer, value, { hidden: !hidden })}
        >
          {hidden ? <IconEyeOff size={16} /> : <IconEye size={16} />}
        </ActionIcon>
      </Tooltip>
      <i className={styles.swatch} style={{ background: colour }} />
      {renaming ? (
        <NameField
          label={label}
          onDone={(name) => {
            setRenaming(false);
            if (name !== undefined) void changeSegments(layer, { kind: "describe", value, label: name });
          }}
        />
      ) : (
        <button
          type="button"
          className={styles.name}
          title={`${label}: double-click to rename`}
          aria-pressed={painted}
          aria-label={`Paint ${label}`}
          onClick={() => annotation.set({ segment: value })}
          onDoubleClick={() => setRenaming(true)}
        >
          {label}
        </button>
      )}
      <output className={styles.volume} aria-label={`Size of ${label}`}>
        {volume.figure} <span className={controls.unit}>{volume.unit}</span>
      </output>
      <span className={styles.key}>{place < 9 && <kbd className={controls.key}>{place + 1}</kbd>}</span>
      {locked ? (
        <Tooltip label={`Unlock ${label}`}>
          <ActionIcon
            size={24}
            aria-label={`Unlock ${label}`}
            onClick={() => void setSegmentState(layer, value, { locked: false })}
          >
            <IconLock size={16} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <SegmentMenu layer={layer} segment={segment} onRename={() => setRenaming(true)} />
      )}
    </li>
  );
}

/** A name being written: Enter or leaving keeps it, Escape does not. */
export function NameField({
  label,
  onDone,
}: {
  label: string;
  /** @param name undefined where it stays what it was */
  onDone: (name: string | undefined) => void;
}) {
  const [name, setName] = useState(label);
  const keep = () => {
    const wanted = name.trim();
    onDone(wanted === "" || wanted === label ? undefined : wanted);
  };
  return (
    <TextInput
      className={styles.field ?? ""}
      size="xs"
      aria-label={`Name of ${label}`}
      data-autofocus
      autoFocus
      maxLength={64}
      value={name}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") keep();
        if (event.key === "Escape") onDone(undefined);
        event.stopPropagation();
      }}
    />
  );
}
