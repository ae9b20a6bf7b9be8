import { ActionIcon, Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import {
  channelCount,
  isLayer,
  mapSize,
  outputOf,
  stagesOf,
  walkBlocks,
  type Block,
} from "../../core/onnx/blocks";
import type { NetworkView } from "../../host/contract";
import controls from "../app/controls/controls.module.css";
import shell from "../app/shell.module.css";
import inspector from "../inspector/inspector.module.css";
import { selectBlock, toggleOpen, type NetworkChoice } from "../state/explorer";
import { useArchitectures, useModels, useSeries } from "../state/queries";
import { activeViewport } from "../state/viewport-queries";
import { useViewports, viewportsStore } from "../state/viewports";
import { showNetwork } from "../state/explorer";
import styles from "./architectures.module.css";
import { FeatureMapsSection } from "./feature-maps";
import type { FoldedNetwork } from "./layout/lay-out";
import { useModelOf } from "./networks";
import { FieldPicture } from "./receptive-field";
import {
  describeContents,
  formatCount,
  formatField,
  formatMultiplyAdds,
  formatShape,
  formatShare,
} from "./words";

interface BlockInspectorProps {
  choice: NetworkChoice;
  view: NetworkView;
  network: FoldedNetwork;
  place: number;
  open: ReadonlySet<string>;
  selected: string | undefined;
}

/** What is known of the chosen block, or of the whole network where none is chosen. */
export function BlockInspector({ choice, view, network, place, open, selected }: BlockInspectorProps) {
  const { root } = network;
  const chosen = [...walkBlocks(root)].find(({ id }) => id === selected && id !== "");
  const block = chosen ?? root;
  return (
    <aside className={shell.panel} aria-label="Block">
      <div className={inspector.scroller}>
        <section aria-label={chosen ? chosen.label : view.name}>
          <div className={controls.sectionHead}>
            <h2 className={styles.blockTitle} title={chosen?.id.replace(/\/$/, "") ?? view.name}>
              {chosen?.label ?? view.name}
            </h2>
            <span className={controls.spring} />
            {chosen && !isLayer(chosen) && (
              <Button h={24} onClick={() => toggleOpen(place, chosen.id)}>
                {open.has(chosen.id) ? "Fold" : "Unfold"}
              </Button>
            )}
            <Steps network={network} place={place} block={chosen} open={open} />
          </div>
          <Facts block={block} view={view} />
          {!chosen && <About choice={choice} />}
        </section>
        {chosen && <OnSlice choice={choice} block={chosen} />}
      </div>
    </aside>
  );
}

/** To the block before and after, in the order of execution, among those that are drawn. */
function Steps({
  network,
  place,
  block,
  open,
}: {
  network: FoldedNetwork;
  place: number;
  block: Block | undefined;
  open: ReadonlySet<string>;
}) {
  const drawn = drawnBlocks(stagesOf(network.root), open);
  const at = drawn.findIndex(({ id }) => id === block?.id);
  const go = (to: number) => selectBlock(place, drawn[(to + drawn.length) % drawn.length]?.id);
  return (
    <>
      <ActionIcon aria-label="Previous block" size={24} onClick={() => go(at < 0 ? -1 : at - 1)}>
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon aria-label="Next block" size={24} onClick={() => go(at + 1)}>
        <IconChevronRight size={16} />
      </ActionIcon>
    </>
  );
}

function drawnBlocks(blocks: readonly Block[], open: ReadonlySet<string>): Block[] {
  return blocks.flatMap((block) =>
    open.has(block.id) ? [block, ...drawnBlocks(block.children, open)] : [block],
  );
}

function Facts({ block, view }: { block: Block; view: NetworkView }) {
  const isRoot = block.id === "";
  const at = `at ${view.size.rows} × ${view.size.columns}`;
  const share = (part: number | undefined, whole: number | undefined) =>
    isRoot ? undefined : formatShare(part, whole);
  return (
    <dl className={styles.facts}>
      {isRoot && <Fact name="Input shape">{formatShape(view.inputs[0]?.shape)}</Fact>}
      <Fact name="Output shape">{formatShape(block.outputShape)}</Fact>
      {isLayer(block) ? (
        <Fact name="Operator">{block.nodes[0]?.operator}</Fact>
      ) : (
        <Fact name="Layers">{describeContents(block)}</Fact>
      )}
      <Fact name="Parameters" note={share(block.parameters, view.parameters)}>
        {formatCount(block.parameters)}
      </Fact>
      <Fact name="Multiply-adds" note={share(block.multiplyAdds, view.multiplyAdds) ?? at}>
        {formatMultiplyAdds(block.multiplyAdds)}
      </Fact>
      <Fact name="Receptive field">{formatField(block.receptiveField)}</Fact>
    </dl>
  );
}

function Fact({ name, note, children }: { name: string; note?: string | undefined; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {children}
        {note !== undefined && <small>{note}</small>}
      </dd>
    </>
  );
}

/** Where the whole network comes from. */
function About({ choice }: { choice: NetworkChoice }) {
  const architecture = useArchitectures().data?.find(({ id }) => id === choice.id);
  const model = useModelOf(choice);
  if (choice.kind === "architecture" && architecture) {
    const { authors, title, venue } = architecture.paper;
    return (
      <p className={controls.note} data-selectable>
        {authors}: {title}. {venue}. As published, with no trained weights.
      </p>
    );
  }
  return model ? (
    <p className={controls.note} data-selectable>
      {model.card.description}
    </p>
  ) : null;
}

/** What the block sees and gives on the open slice: needs a model, whose weights are trained, and a slice. */
function OnSlice({ choice, block }: { choice: NetworkChoice; block: Block }) {
  const model = useModelOf(choice);
  const seriesId = useViewports((state) => activeViewport(state).seriesId);
  const plane = useViewports((state) => activeViewport(state).plane);
  const index = useViewports((state) => activeViewport(state).frameIndex);
  const series = useSeries(seriesId).data;
  const frame = plane === "native" ? series?.frames[index] : undefined;
  const value = outputOf(block);
  if (!model) return <TrainedModels choice={choice} />;
  if (seriesId === undefined || !series || !frame) {
    return <p className={controls.note}>Open a study to see what this block makes of a slice.</p>;
  }
  const { rows, columns, spacingMm } = frame;
  return (
    <>
      {block.receptiveField && (
        <FieldPicture
          field={block.receptiveField}
          input={model.card.input}
          {...{ seriesId, frame: index, rows, columns, spacingMm }}
        />
      )}
      <SliceChoice title={series.title} index={index} count={series.frames.length} />
      {value !== undefined && mapSize(block.outputShape) && channelCount(block.outputShape) !== undefined ? (
        <FeatureMapsSection modelId={model.card.id} value={value} seriesId={seriesId} frame={index} />
      ) : (
        <p className={controls.note}>This block gives a vector, which is no map of the slice.</p>
      )}
    </>
  );
}

/** Which slice of the open series is looked at, and its neighbours. */
function SliceChoice({ title, index, count }: { title: string; index: number; count: number }) {
  const step = (by: 1 | -1) => {
    const { activeViewportId, stepFrame } = viewportsStore.getState();
    stepFrame(activeViewportId, by);
  };
  return (
    <div className={styles.slice} role="group" aria-label="Slice">
      <span>
        Slice {index + 1} / {count} <small>{title}</small>
      </span>
      <ActionIcon aria-label="Previous slice" size={24} disabled={index === 0} onClick={() => step(-1)}>
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon aria-label="Next slice" size={24} disabled={index === count - 1} onClick={() => step(1)}>
        <IconChevronRight size={16} />
      </ActionIcon>
    </div>
  );
}

/** An architecture has no weights to run: the models that have are one click away. */
function TrainedModels({ choice }: { choice: NetworkChoice }) {
  const architecture = useArchitectures().data?.find(({ id }) => id === choice.id);
  const models = (useModels().data ?? []).filter(
    ({ card }) =>
      card.architecture.encoder === architecture?.encoder &&
      (architecture.decoder === "" || card.architecture.decoder === architecture.decoder),
  );
  return (
    <div className={controls.section}>
      <p className={controls.note}>
        Feature maps need trained weights, and an architecture has none.
        {models.length > 0 && " These models have them:"}
      </p>
      <ul className={styles.models}>
        {models.map(({ card }) => (
          <li key={card.id}>
            <Button onClick={() => showNetwork({ kind: "model", id: card.id })}>{card.name}</Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
