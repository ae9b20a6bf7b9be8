import type { Block } from "../../../core/onnx/blocks";

/** A network laid out: where each block lies and how each connection runs, in pixels at zoom 1. */
export interface Drawing {
  blocks: readonly PlacedBlock[];
  connections: readonly PlacedConnection[];
  /** The sizes that the network works at, from the largest down, each a row of the picture. */
  rows: readonly { label: string; y: number }[];
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

export interface PlacedBlock extends Box {
  block: Block;
  /** Its insides are drawn within it. */
  open: boolean;
  /** How many open blocks lie around it. */
  depth: number;
}

export interface PlacedConnection {
  id: string;
  from: string;
  to: string;
  skip: boolean;
  channels: number | undefined;
  /** Corners, from the first block's border to the second's. */
  points: readonly Point[];
}

/** Room for the name of an open block, and around its insides. */
export const openPadding = { top: 30, side: 12, bottom: 12 } as const;

/** Ids of the ends of the whole network. */
export const inputEnd = "in:";
export const outputEnd = "out:";
