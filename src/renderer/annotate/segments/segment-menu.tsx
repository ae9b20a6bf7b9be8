import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { type Segment, segmentColours } from "../../../core/mask/label-map";
import type { LayerView } from "../../../host/contract";
import { ColourChoice } from "../../app/controls/colour-choice";
import { changeSegments, moveSegment, removeSegment, setSegmentState } from "./segment-actions";
import styles from "./segments.module.css";

interface SegmentMenuProps {
  layer: LayerView;
  segment: Segment;
  onRename: () => void;
}

/** What is done to a segment less often than it is painted. */
export function SegmentMenu({ layer, segment, onRename }: SegmentMenuProps) {
  const { value, label, colour } = segment;
  const place = layer.segments.findIndex((each) => each.value === value);
  const others = layer.segments.filter((each) => each.value !== value && each.locked !== true);
  return (
    <Menu position="bottom-end" width={208} returnFocus={false}>
      <Menu.Target>
        <ActionIcon size={24} aria-label={`More for ${label}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onRename}>Rename</Menu.Item>
        <Menu.Item onClick={() => void setSegmentState(layer, value, { locked: true })}>Lock</Menu.Item>
        <Menu.Item disabled={place === 0} onClick={() => void moveSegment(layer, value, -1)}>
          Move up
        </Menu.Item>
        <Menu.Item
          disabled={place === layer.segments.length - 1}
          onClick={() => void moveSegment(layer, value, 1)}
        >
          Move down
        </Menu.Item>
        <ColourChoice
          className={styles.colours}
          label={`Colour of ${label}`}
          colours={segmentColours}
          value={colour}
          onChange={(choice) => void changeSegments(layer, { kind: "describe", value, colour: choice })}
        />
        {others.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Label>Merge into</Menu.Label>
            {others.map((other) => (
              <Menu.Item
                key={other.value}
                leftSection={<i className={styles.swatch} style={{ background: other.colour }} />}
                onClick={() => void changeSegments(layer, { kind: "merge", value, into: other.value })}
              >
                {other.label}
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Divider />
        <Menu.Item disabled={layer.segments.length === 1} onClick={() => void removeSegment(layer, segment)}>
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
