import { Menu } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useShallow } from "zustand/react/shallow";
import type { LayerView } from "../../host/contract";
import { splitName } from "../app/format";
import { LayerBadge } from "../app/controls/layer-badge";
import { layerLetter, layersOf, referenceLayerOf, viewportOf } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import styles from "./viewport.module.css";

/**
 * What a viewport shows, and the menu that changes it: its layer, the curtain's two, the difference's, who votes in
 * the disagreement, or whose probability of which segment.
 */
export function NameMenu({ id, layer, title }: { id: string; layer: LayerView | undefined; title: string }) {
  const viewport = useViewports((state) => viewportOf(state, id));
  const hasLayers = useViewports((state) => layersOf(state, viewport.seriesId).length > 0);
  const { curtain, difference, disagreement, probability } = viewport;
  const isMap = [curtain, difference, disagreement, probability].some((map) => map !== undefined);
  if (!hasLayers) return <span className={styles.name}>{title}</span>;
  const [name, purpose] = curtain
    ? ["Curtain"]
    : difference
      ? ["Difference"]
      : disagreement
        ? ["Disagreement"]
        : probability
          ? ["Probability"]
          : splitName(layer?.name ?? title);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button
          type="button"
          className={styles.nameButton}
          aria-label={`${layer && !isMap ? layer.name : name}: choose what is shown here`}
        >
          <span className={styles.name}>
            {name}
            {purpose !== undefined && <span className={styles.purpose}> {purpose}</span>}
          </span>
          <IconChevronDown size={12} className={styles.unit} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {curtain && <CurtainItems id={id} />}
        {difference && <DifferenceItems id={id} />}
        {disagreement && <DisagreementItems id={id} />}
        {probability && <ProbabilityItems id={id} />}
        {!isMap && <LayerItems id={id} />}
      </Menu.Dropdown>
    </Menu>
  );
}

interface LayerChoiceProps {
  id: string;
  chosen: readonly (string | undefined)[];
  /** More than one may be chosen: the menu stays. */
  several?: true;
  /** A layer that cannot be chosen here. */
  without?: string | undefined;
  /** Only layers that models made. */
  ofModels?: true;
  onChoose: (layerId: string) => void;
}

/** The series' layers with their badges, those that are chosen ticked. */
function LayerChoice({ id, chosen, several, without, ofModels, onChoose }: LayerChoiceProps) {
  const layers = useViewports((state) => layersOf(state, viewportOf(state, id).seriesId));
  const letters = useViewports(useShallow((state) => layers.map((layer) => layerLetter(state, layer))));
  return layers.map(
    (layer, at) =>
      layer.id !== without &&
      (ofModels !== true || layer.origin.kind === "model") && (
        <Menu.Item
          key={layer.id}
          leftSection={<LayerBadge letter={letters[at]} colour={layer.colour} />}
          rightSection={<Tick on={chosen.includes(layer.id)} />}
          closeMenuOnClick={several !== true}
          onClick={() => onChoose(layer.id)}
        >
          {layer.name}
        </Menu.Item>
      ),
  );
}

function LayerItems({ id }: { id: string }) {
  const primary = useViewports((state) => viewportOf(state, id).primaryLayerId);
  const actions = viewportsStore.getState();
  return (
    <>
      <Menu.Label>Show here</Menu.Label>
      <LayerChoice id={id} chosen={[primary]} onChoose={(layerId) => actions.showLayer(id, layerId)} />
      <Menu.Divider />
      <Menu.Item rightSection={<Tick on={primary === undefined} />} onClick={() => actions.showAllLayers(id)}>
        All layers
      </Menu.Item>
    </>
  );
}

function CurtainItems({ id }: { id: string }) {
  const curtain = useViewports((state) => viewportOf(state, id).curtain);
  const actions = viewportsStore.getState();
  return (
    <>
      <Menu.Label>Left of the line</Menu.Label>
      <LayerChoice
        id={id}
        chosen={[curtain?.layerA]}
        onChoose={(layerId) => actions.setCurtainSide(id, "layerA", layerId)}
      />
      <Menu.Label>Right of the line</Menu.Label>
      <LayerChoice
        id={id}
        chosen={[curtain?.layerB]}
        onChoose={(layerId) => actions.setCurtainSide(id, "layerB", layerId)}
      />
      <Menu.Divider />
      <Menu.Item onClick={() => actions.toggleCurtain(id)}>Take the curtain away</Menu.Item>
    </>
  );
}

function DifferenceItems({ id }: { id: string }) {
  const difference = useViewports((state) => viewportOf(state, id).difference);
  const reference = useViewports((state) => referenceLayerOf(state, viewportOf(state, id).seriesId)?.name);
  const actions = viewportsStore.getState();
  return (
    <>
      <Menu.Label>{reference === undefined ? "Difference of" : `Difference from ${reference}`}</Menu.Label>
      <LayerChoice
        id={id}
        chosen={[difference?.layerId]}
        without={difference?.referenceLayerId}
        onChoose={(layerId) => actions.setDifferenceLayer(id, layerId)}
      />
      <Menu.Divider />
      <Menu.Item onClick={() => actions.toggleDifference(id)}>Show the layer itself</Menu.Item>
    </>
  );
}

function DisagreementItems({ id }: { id: string }) {
  const disagreement = useViewports((state) => viewportOf(state, id).disagreement);
  const actions = viewportsStore.getState();
  return (
    <>
      <Menu.Label>Disagreement between</Menu.Label>
      <LayerChoice
        id={id}
        chosen={disagreement?.layerIds ?? []}
        several
        onChoose={(layerId) => actions.toggleVote(id, layerId)}
      />
      <Menu.Divider />
      <Menu.Item onClick={() => actions.toggleDisagreement(id)}>Show the layer itself</Menu.Item>
    </>
  );
}

function ProbabilityItems({ id }: { id: string }) {
  const probability = useViewports((state) => viewportOf(state, id).probability);
  const layers = useViewports((state) => layersOf(state, viewportOf(state, id).seriesId));
  const actions = viewportsStore.getState();
  const segmentsOf = (layerId: string | undefined) =>
    layers.find((layer) => layer.id === layerId)?.segments ?? [];
  const chooseLayer = (layerId: string): void => {
    const values = segmentsOf(layerId).map(({ value }) => value);
    const segment = values.find((value) => value === probability?.segment) ?? values[0];
    if (segment !== undefined) actions.setProbability(id, { layerId, segment });
  };
  return (
    <>
      <Menu.Label>Probability by</Menu.Label>
      <LayerChoice id={id} chosen={[probability?.layerId]} ofModels onChoose={chooseLayer} />
      <Menu.Label>of</Menu.Label>
      {segmentsOf(probability?.layerId).map(({ value, label }) => (
        <Menu.Item
          key={value}
          rightSection={<Tick on={value === probability?.segment} />}
          onClick={() => actions.setProbability(id, { segment: value })}
        >
          {label}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item onClick={() => actions.toggleProbability(id)}>Show the layer itself</Menu.Item>
    </>
  );
}

/** The mark of a chosen item; room for it where it is not. */
export function Tick({ on }: { on: boolean }) {
  return on ? <IconCheck size={14} aria-label="chosen" /> : <span className={styles.tickRoom} />;
}
