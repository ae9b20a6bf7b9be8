import { Button, Loader, Select } from "@mantine/core";
import { IconCircles, IconX } from "@tabler/icons-react";
import { stagesOf, walkBlocks, isLayer, type Block } from "../../core/onnx/blocks";
import type { ArchitectureView, NetworkView } from "../../host/contract";
import { HostError } from "../api/request";
import { formatMegabytes } from "../app/format";
import controls from "../app/controls/controls.module.css";
import { Choice } from "../inspector/choice";
import {
  closePane,
  networkKey,
  openBlocks,
  selectBlock,
  setBeside,
  showNetwork,
  useExplorer,
  type NetworkChoice,
  type Pane,
} from "../state/explorer";
import { queryClient, queryKeys, useArchitectures, useModels } from "../state/queries";
import styles from "./architectures.module.css";
import type { FoldedNetwork } from "./layout/lay-out";
import { NetworkGraph } from "./network-graph";
import { useNetwork } from "./networks";
import { describeBlock, formatCount, formatMultiplyAdds } from "./words";

interface NetworkPaneProps {
  pane: Pane;
  choice: NetworkChoice | undefined;
  place: number;
  /** Another network is beside it. */
  isOneOfTwo: boolean;
}

/** One network: which it is, its graph, and where its parameters are. */
export function NetworkPane({ pane, choice, place, isOneOfTwo }: NetworkPaneProps) {
  const { query, folded } = useNetwork(choice);
  const view = query.data;
  const active = useExplorer((state) => state.activePane === place);
  return (
    <section
      className={styles.pane}
      aria-label={view?.name ?? "Network"}
      data-active={isOneOfTwo && active}
      onPointerDown={() => useExplorer.setState({ activePane: place })}
    >
      <div className={styles.options}>
        <NetworkSelect choice={choice} place={place} />
        {isOneOfTwo ? (
          <Button variant="subtle" leftSection={<IconX size={14} />} onClick={() => closePane(place)}>
            Close
          </Button>
        ) : (
          choice && (
            <Button
              variant="subtle"
              leftSection={<IconCircles size={16} />}
              onClick={() => setBeside(choice)}
            >
              Set beside another
            </Button>
          )
        )}
        {folded && <FoldChoice network={folded} pane={pane} place={place} />}
        <span className={controls.spring} />
        {view && <Totals view={view} />}
      </div>
      {query.isPending ? (
        <p className={styles.waiting}>
          <Loader size={14} /> Reading the network
        </p>
      ) : query.error || !view || !folded ? (
        <Failed error={query.error} choice={choice} />
      ) : (
        <>
          <NetworkGraph
            key={view.id}
            network={folded}
            name={view.name}
            place={place}
            open={pane.open}
            selected={pane.selected}
          />
          {!isOneOfTwo && (
            <ParameterBar network={folded} view={view} place={place} selected={pane.selected} />
          )}
        </>
      )}
    </section>
  );
}

/** The others are named after the encoder and the decoder that they are put together from. */
const isPublished = ({ id, encoder, decoder }: ArchitectureView) =>
  id !== `${encoder}-${decoder}` && id !== "unet";

function NetworkSelect({ choice, place }: { choice: NetworkChoice | undefined; place: number }) {
  const architectures = useArchitectures().data ?? [];
  const models = useModels().data ?? [];
  const option = (network: NetworkChoice, label: string) => ({ value: networkKey(network), label });
  const ofZoo = ({ id, name }: ArchitectureView) => option({ kind: "architecture", id }, name);
  return (
    <Select
      aria-label="Network"
      className={styles.select ?? ""}
      searchable
      maxDropdownHeight={420}
      comboboxProps={{ width: 280, position: "bottom-start" }}
      value={choice ? networkKey(choice) : null}
      data={[
        {
          group: "Models",
          items: models.map(({ card }) => option({ kind: "model", id: card.id }, card.name)),
        },
        { group: "Architectures, as published", items: architectures.filter(isPublished).map(ofZoo) },
        {
          group: "Encoders with decoders",
          items: architectures.filter((each) => !isPublished(each)).map(ofZoo),
        },
      ]}
      onChange={(value) => {
        const [kind, id] = value?.split(/:(.*)/s) ?? [];
        if (id !== undefined && (kind === "architecture" || kind === "model"))
          showNetwork({ kind, id }, place);
      }}
    />
  );
}

/** Every block of a network that can be unfolded, below the stages that are always shown. */
function foldedBlocks(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) =>
    [...walkBlocks(block)].filter((each) => !isLayer(each)).map(({ id }) => id),
  );
}

function FoldChoice({ network, pane, place }: { network: FoldedNetwork; pane: Pane; place: number }) {
  const all = foldedBlocks(stagesOf(network.root));
  const value = pane.open.size === 0 ? "stages" : pane.open.size === all.length ? "layers" : "some";
  return (
    <Choice
      label="How far it is unfolded"
      value={value}
      choices={[
        { value: "stages", label: "Stages" },
        { value: "layers", label: "Every layer", disabled: all.length === 0 },
      ]}
      onChange={(wanted) => openBlocks(place, wanted === "layers" ? all : [])}
    />
  );
}

function Totals({ view }: { view: NetworkView }) {
  const { parameters, multiplyAdds, size, weightBytes } = view;
  const parts = [
    `${formatCount(parameters)} parameters`,
    `${formatMultiplyAdds(multiplyAdds)} multiply-adds at ${size.rows} × ${size.columns}`,
    weightBytes !== undefined && `${formatMegabytes(weightBytes)} MB`,
  ];
  return <span className={styles.totals}>{parts.filter(Boolean).join(" · ")}</span>;
}

function Failed({ error, choice }: { error: Error | null; choice: NetworkChoice | undefined }) {
  return (
    <div className={styles.failed} role="alert">
      <p>
        <strong>The network could not be read.</strong> {error?.message}
      </p>
      {error instanceof HostError && error.hint !== undefined && <p>{error.hint}</p>}
      {choice && (
        <Button onClick={() => void queryClient.invalidateQueries({ queryKey: queryKeys.network(choice) })}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** One piece a stage, as wide as its share of all parameters. */
function ParameterBar({
  network,
  view,
  place,
  selected,
}: {
  network: FoldedNetwork;
  view: NetworkView;
  place: number;
  selected: string | undefined;
}) {
  const stages = stagesOf(network.root).filter(({ parameters }) => parameters > 0);
  const largest = stages.reduce<Block | undefined>(
    (most, stage) => (most && most.parameters >= stage.parameters ? most : stage),
    undefined,
  );
  if (!largest) return null;
  return (
    <div className={styles.parameters}>
      <div className={styles.parametersHead}>
        <span>Where the parameters are</span>
        <span>
          {largest.label} holds {Math.round((100 * largest.parameters) / view.parameters)} %
        </span>
      </div>
      <div className={styles.parametersBar} role="group" aria-label="Parameters by stage">
        {stages.map((stage) => (
          <button
            key={stage.id}
            type="button"
            style={{ flexGrow: stage.parameters }}
            aria-label={`${describeBlock(stage)}, ${formatCount(stage.parameters)} parameters`}
            aria-pressed={stage.id === selected}
            title={`${stage.label}: ${formatCount(stage.parameters)} parameters`}
            onClick={() => selectBlock(place, stage.id === selected ? undefined : stage.id)}
          />
        ))}
      </div>
    </div>
  );
}
