import "@xyflow/react/dist/base.css";
import {
  getViewportForBounds,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  ViewportPortal,
  type Node,
  type NodeProps,
} from "@xyflow/react";
import { ActionIcon, Loader, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import { memo, useCallback, useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { channelCount, isLayer } from "../../core/onnx/blocks";
import { selectBlock, toggleOpen } from "../state/explorer";
import { ConnectionLines, RowLines } from "./connection-lines";
import styles from "./architectures.module.css";
import { layOut, type FoldedNetwork } from "./layout/lay-out";
import { inputEnd, outputEnd, type Box, type Drawing, type PlacedBlock } from "./layout/drawing";
import { describeBlock } from "./words";

interface NetworkGraphProps {
  network: FoldedNetwork;
  name: string;
  place: number;
  open: ReadonlySet<string>;
  selected: string | undefined;
}

type BlockNode = Node<{ placed: PlacedBlock; selected: boolean; place: number }, "block">;

const nodeTypes = { block: memo(BlockView) };
/** More blocks than a reader can see at once are drawn only where they are looked at. */
const manyBlocks = 150;
const leastZoom = 0.03;
const mostZoom = 3;

/** A network as a graph: drag moves it, the wheel zooms, a click chooses a block, its corner unfolds it. */
export function NetworkGraph(props: NetworkGraphProps) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ network, name, place, open, selected }: NetworkGraphProps) {
  const { drawing, isDrawing, failure } = useDrawing(network, open);
  const nodes = useMemo(() => (drawing ? nodesOf(drawing, selected, place) : []), [drawing, selected, place]);
  const area = useRef<HTMLDivElement>(null);
  const fitAll = useFit(area, drawing, open);
  const { zoomIn, zoomOut } = useReactFlow();
  return (
    <div
      ref={area}
      className={styles.graph}
      role="group"
      aria-label={`Graph of ${name}`}
      data-drawn={drawing !== undefined}
    >
      <ReactFlow
        nodes={nodes}
        edges={noEdges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        minZoom={leastZoom}
        maxZoom={mostZoom}
        onlyRenderVisibleElements={nodes.length > manyBlocks}
        onPaneClick={() => selectBlock(place, undefined)}
        proOptions={{ hideAttribution: true }}
      >
        {drawing && (
          <ViewportPortal>
            <RowLines drawing={drawing} />
            <ConnectionLines drawing={drawing} selected={selected} />
          </ViewportPortal>
        )}
      </ReactFlow>
      <div className={styles.laying} role="status">
        {failure !== undefined ? `The graph could not be laid out: ${failure}` : isDrawing && <LayingOut />}
      </div>
      <div className={styles.zoom} role="group" aria-label="Zoom">
        <Tooltip label="Larger">
          <ActionIcon aria-label="Larger" onClick={() => void zoomIn()}>
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Smaller">
          <ActionIcon aria-label="Smaller" onClick={() => void zoomOut()}>
            <IconMinus size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="All of it">
          <ActionIcon aria-label="All of it" onClick={fitAll}>
            <IconArrowsMaximize size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}

/** Shown from a moment on: most layouts are there at once. */
function LayingOut() {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 1_000);
    return () => clearTimeout(timer);
  }, []);
  if (!isSlow) return null;
  return (
    <>
      <Loader size={14} /> Laying out the graph
    </>
  );
}

const noEdges: never[] = [];

interface Drawn {
  network: FoldedNetwork;
  open: ReadonlySet<string>;
  drawing?: Drawing;
  failure?: string;
}

/** The layout of what is unfolded now; the one before stays until the new one is there. */
function useDrawing(network: FoldedNetwork, open: ReadonlySet<string>) {
  const [drawn, setDrawn] = useState<Drawn>();
  useEffect(() => {
    let isWanted = true;
    const keep = (what: Pick<Drawn, "drawing" | "failure">) => {
      if (!isWanted) return;
      setDrawn((before) => {
        const earlier = before?.network === network ? before.drawing : undefined;
        return { network, open, ...(earlier && { drawing: earlier }), ...what };
      });
    };
    layOut(network, open).then(
      (drawing) => keep({ drawing }),
      (thrown: unknown) => keep({ failure: thrown instanceof Error ? thrown.message : String(thrown) }),
    );
    return () => {
      isWanted = false;
    };
  }, [network, open]);
  const isOfThis = drawn?.network === network;
  return {
    drawing: isOfThis ? drawn.drawing : undefined,
    isDrawing: !isOfThis || drawn.open !== open,
    failure: isOfThis && drawn.open === open ? drawn.failure : undefined,
  };
}

/** Shows all of a network that has come, and the block that was unfolded; all again where the area changes. */
function useFit(
  area: RefObject<HTMLDivElement | null>,
  drawing: Drawing | undefined,
  open: ReadonlySet<string>,
): () => void {
  const { setViewport } = useReactFlow();
  const before = useRef<ReadonlySet<string>>(new Set());
  const fit = useCallback(
    (box: Box) => {
      if (area.current === null) return;
      const { clientWidth, clientHeight } = area.current;
      const height = clientHeight - zoomButtonsHeight;
      void setViewport(getViewportForBounds(box, clientWidth, height, leastZoom, largestFit, 0.04));
    },
    [area, setViewport],
  );
  const fitAll = useCallback(() => {
    if (drawing) fit(boundsOf(drawing));
  }, [drawing, fit]);
  useEffect(() => {
    if (drawing === undefined) return;
    const opened = [...open].filter((id) => !before.current.has(id));
    before.current = open;
    const only = opened.length === 1 ? drawing.blocks.find(({ block }) => block.id === opened[0]) : undefined;
    if (only) fit(only);
    else if (opened.length > 0 || open.size === 0) fitAll();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `open` changes before its drawing is there
  }, [drawing]);
  const latest = useRef(fitAll);
  useEffect(() => {
    latest.current = fitAll;
  }, [fitAll]);
  useEffect(() => {
    if (area.current === null) return;
    // The first call tells the size that is there already.
    let isFirst = true;
    const observer = new ResizeObserver(() => {
      if (!isFirst) latest.current();
      isFirst = false;
    });
    observer.observe(area.current);
    return () => observer.disconnect();
  }, [area]);
  return fitAll;
}

const largestFit = 1.25;
/** A strip at the bottom that no fitted graph reaches. */
const zoomButtonsHeight = 36;

/** The picture with the names of its rows. */
function boundsOf({ width, height }: Drawing): Box {
  const names = 84;
  return { x: -names, y: -16, width: width + names + 16, height: height + 32 };
}

function nodesOf(drawing: Drawing, selected: string | undefined, place: number): BlockNode[] {
  return drawing.blocks.map((placed) => ({
    id: placed.block.id,
    type: "block",
    position: { x: placed.x, y: placed.y },
    width: placed.width,
    height: placed.height,
    zIndex: placed.depth,
    data: { placed, selected: placed.block.id === selected, place },
  }));
}

function BlockView({ data: { placed, selected, place } }: NodeProps<BlockNode>) {
  const { block, open } = placed;
  if (block.id === inputEnd || block.id === outputEnd) return <EndView label={block.label} />;
  const channels = channelCount(block.outputShape);
  const folds = !isLayer(block);
  return (
    <div
      className={styles.block}
      data-open={open}
      data-weighted={block.parameters > 0}
      data-depth={placed.depth % 2}
    >
      <button
        type="button"
        className={styles.blockName}
        aria-label={describeBlock(block)}
        aria-pressed={selected}
        title={block.id.replace(/\/$/, "")}
        onClick={() => selectBlock(place, selected ? undefined : block.id)}
        onDoubleClick={() => folds && toggleOpen(place, block.id)}
      >
        {!open && <strong>{channels ?? "?"}</strong>}
        <span>{block.label}</span>
      </button>
      {folds && (
        <button
          type="button"
          className={styles.fold}
          aria-label={`${open ? "Fold" : "Unfold"} ${block.label}`}
          aria-expanded={open}
          onClick={() => toggleOpen(place, block.id)}
        >
          {open ? <IconMinus size={12} /> : <IconPlus size={12} />}
        </button>
      )}
    </div>
  );
}

function EndView({ label }: { label: string }) {
  return <div className={styles.end}>{label === "input" ? "in" : "out"}</div>;
}
