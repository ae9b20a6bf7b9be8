import { Menu } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { LayerView } from "../../../host/contract";
import { changeLayer, removeLayer, restoreLayer } from "../../actions/layers";
import { host } from "../../api/host";
import { annotation } from "../annotation";
import { startAnnotation } from "../annotation-layer";
import { NameField } from "./segment-row";
import styles from "./segments.module.css";

interface LayerMenuProps {
  seriesId: string;
  layer: LayerView;
  /** All annotations of the series. */
  layers: readonly LayerView[];
}

/** Which annotation is edited. Segments of one never overlap; those of several may. */
export function LayerMenu({ seriesId, layer, layers }: LayerMenuProps) {
  const [opened, setOpened] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const removed = useQuery({
    queryKey: ["removed-layers", seriesId],
    queryFn: ({ signal }) => host.removedLayers(seriesId, signal),
    enabled: opened,
    staleTime: 0,
  });
  if (renaming) {
    return (
      <NameField
        label={layer.name}
        onDone={(name) => {
          setRenaming(false);
          if (name !== undefined) void changeLayer(layer, { name });
        }}
      />
    );
  }
  return (
    <Menu position="bottom-end" width={224} opened={opened} onChange={setOpened} returnFocus={false}>
      <Menu.Target>
        <button type="button" className={styles.layer} aria-label={`Annotation: ${layer.name}`}>
          <span>
            {layer.name}, {layer.segments.length}
          </span>
          <IconChevronDown size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Annotations of this series</Menu.Label>
        {layers.map((each) => (
          <Menu.Item
            key={each.id}
            role="menuitemradio"
            aria-checked={each.id === layer.id}
            leftSection={
              <span className={styles.check}>{each.id === layer.id && <IconCheck size={14} />}</span>
            }
            onClick={() => annotation.editLayer(each)}
          >
            {each.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void startAnnotation(seriesId)}>New annotation</Menu.Item>
        <Menu.Item onClick={() => setRenaming(true)}>Rename {layer.name}</Menu.Item>
        <Menu.Item onClick={() => void removeLayer(layer)}>Remove {layer.name}</Menu.Item>
        {removed.data !== undefined && removed.data.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Label>Removed, kept for 30 days</Menu.Label>
            {removed.data.slice(0, 5).map((each) => (
              <Menu.Item key={each.id} onClick={() => void restoreLayer(each)}>
                Restore {each.name}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
