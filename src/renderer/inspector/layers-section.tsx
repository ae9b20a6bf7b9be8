import { ActionIcon, Menu, Select, Tooltip } from "@mantine/core";
import { IconDots, IconEye, IconEyeOff, IconLock, IconPlus } from "@tabler/icons-react";
import type { LayerView } from "../../host/contract";
import { changeLayer, pickReference, removeLayer } from "../actions/layers";
import { useCommands } from "../app/command-context";
import controls from "../app/controls/controls.module.css";
import { LayerBadge } from "../app/controls/layer-badge";
import { splitName } from "../app/format";
import { layerLetter, layerStyleOf } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { useWorkbench } from "../state/workbench";
import { useShallow } from "zustand/react/shallow";
import styles from "./inspector.module.css";
import { LayerBody } from "./layer-body";

/** The layers of the series: which are seen, and how. */
export function LayersSection({ layers }: { layers: readonly LayerView[] }) {
  return (
    <section className={controls.section} aria-label="Layers">
      <div className={controls.sectionHead}>
        <h2>Layers</h2>
        <span className={controls.spring} />
        <ColourBy />
        <Tooltip label="Load reference…">
          <ActionIcon size={24} aria-label="Load reference…" onClick={() => void pickReference()}>
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      {layers.length === 0 && (
        <p className={styles.empty}>No layers yet. Run a model, or load a reference.</p>
      )}
      <ul>
        {layers.map((layer) => (
          <LayerRow key={layer.id} layer={layer} />
        ))}
      </ul>
    </section>
  );
}

function ColourBy() {
  const colourBy = useViewports((state) => state.colourBy);
  return (
    <Select
      aria-label="Colours"
      w={132}
      data={[
        { value: "layer", label: "Colour by layer" },
        { value: "segment", label: "Colour by segment" },
      ]}
      value={colourBy}
      onChange={(value) => viewportsStore.getState().setColourBy(value === "segment" ? "segment" : "layer")}
    />
  );
}

const percent = (share: number): number => Math.round(share * 100);

function LayerRow({ layer }: { layer: LayerView }) {
  const letter = useViewports((state) => layerLetter(state, layer));
  const style = useViewports(useShallow((state) => layerStyleOf(state, layer.id)));
  const chosen = useWorkbench((state) => state.selectedLayerId === layer.id);
  const isReference = letter === "R";
  const name = `${letter}, ${layer.name}`;
  const [architecture, purpose] = splitName(layer.name);
  return (
    <li className={chosen ? styles.layerChosen : undefined}>
      <div className={styles.layer}>
        <ActionIcon
          size={24}
          aria-label={layer.visible ? `Hide ${name}` : `Show ${name}`}
          aria-pressed={layer.visible}
          onClick={() => void changeLayer(layer, { visible: !layer.visible })}
        >
          {layer.visible ? <IconEye size={16} /> : <IconEyeOff size={16} />}
        </ActionIcon>
        <LayerBadge letter={letter} colour={layer.colour} />
        <button
          type="button"
          className={styles.layerName}
          title={layer.name}
          aria-expanded={chosen}
          onClick={() => useWorkbench.setState({ selectedLayerId: chosen ? undefined : layer.id })}
        >
          {architecture}
          {purpose !== undefined && <small> {purpose}</small>}
        </button>
        <Tooltip label="Fill / outline, in percent">
          <span className={styles.opacities}>
            {isReference ? 0 : percent(style.fillOpacity)}
            <i>/</i>
            {percent(style.outlineOpacity)}
          </span>
        </Tooltip>
        {isReference ? <ReferenceMark layer={layer} /> : <LayerMenu layer={layer} />}
      </div>
      {chosen && <LayerBody layer={layer} isReference={isReference} />}
    </li>
  );
}

/** The reference is what others are measured against: it is not changed by accident. */
function ReferenceMark({ layer }: { layer: LayerView }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={24} aria-label={`The reference, ${layer.name}: more`}>
          <IconLock size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Others are measured against it</Menu.Label>
        <Menu.Item onClick={() => void removeLayer(layer)}>Remove from this series</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function LayerMenu({ layer }: { layer: LayerView }) {
  const actions = viewportsStore.getState();
  const { run, state } = useCommands();
  const canMakeConsensus = state["two-layers"];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={24} aria-label={`More for ${layer.name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => actions.showLayer(actions.activeViewportId, layer.id)}>
          Show in the active viewport
        </Menu.Item>
        <Menu.Item onClick={() => actions.chooseReference(layer.seriesId, layer.id)}>
          Measure the others against it
        </Menu.Item>
        <Menu.Item disabled={!canMakeConsensus} onClick={() => run("compare.consensus")}>
          Consensus of layers…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void removeLayer(layer)}>Remove layer</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
