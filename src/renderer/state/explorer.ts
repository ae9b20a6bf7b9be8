import { create } from "zustand";

/** A network that can be looked at: an architecture of the zoo as published, or a model with its weights. */
export interface NetworkChoice {
  kind: "architecture" | "model";
  id: string;
}

/** One network on the screen. */
export interface Pane {
  /** Undefined until the reader has chosen; the first one is then proposed. */
  network?: NetworkChoice | undefined;
  /** Ids of the blocks that are unfolded. */
  open: ReadonlySet<string>;
  /** Id of the block that is looked at; undefined: the whole network. */
  selected?: string | undefined;
}

export interface ExplorerState {
  /** One network, or two side by side. */
  panes: readonly Pane[];
  activePane: number;
  /** The line of networks above the graph; folded away it leaves its head. */
  timelineShown: boolean;
}

const emptyPane = (network?: NetworkChoice): Pane => ({ network, open: new Set() });

export const useExplorer = create<ExplorerState>()(() => ({
  panes: [emptyPane()],
  activePane: 0,
  timelineShown: true,
}));

const { setState: set, getState: get } = useExplorer;

function changePane(place: number, change: Partial<Pane>): void {
  set(({ panes }) => ({
    activePane: place,
    panes: panes.map((pane, index) => (index === place ? { ...pane, ...change } : pane)),
  }));
}

/** Shows another network in a pane, all of it folded. */
export function showNetwork(network: NetworkChoice, place = get().activePane): void {
  changePane(place, { ...emptyPane(network), selected: undefined });
}

export function selectBlock(place: number, selected: string | undefined): void {
  changePane(place, { selected });
}

export function toggleOpen(place: number, id: string): void {
  const open = new Set(get().panes[place]?.open);
  if (!open.delete(id)) open.add(id);
  changePane(place, { open });
}

export function openBlocks(place: number, ids: Iterable<string>): void {
  changePane(place, { open: new Set(ids) });
}

/** Sets a second network beside the first. */
export function setBeside(network: NetworkChoice): void {
  // Two graphs need the room that the timeline takes.
  set(({ panes }) => ({
    panes: [panes[0] ?? emptyPane(), emptyPane(network)],
    activePane: 1,
    timelineShown: false,
  }));
}

/** Closes one of two panes. */
export function closePane(place: number): void {
  set(({ panes }) => ({ panes: panes.filter((_, index) => index !== place), activePane: 0 }));
}

export const networkKey = ({ kind, id }: NetworkChoice): string => `${kind}:${id}`;
