import type { ImagePoint } from "../../../core/mask/paint";

/** Where the pointer is, and how it is held. */
export interface PointerAt {
  point: ImagePoint;
  /** 0 to 1 of a pen; 1 of a mouse. */
  pressure: number;
  /** The modifier that turns adding into taking away is down. */
  subtract: boolean;
  /** Shift: as wide as high. */
  even: boolean;
}

/** What a tool shows while nothing is painted yet, in image coordinates. */
export interface Draft {
  points: readonly ImagePoint[];
  closed: boolean;
  /** Corners that were set down. */
  anchors?: readonly ImagePoint[];
  subtract: boolean;
}

/** What is begun over a viewport, as far as keys lead it. */
export interface Begun {
  /** Something is begun: undo waits, Escape gives it up. */
  readonly isDrawing: boolean;
  /** Closes an outline that is begun. */
  finish?: () => void;
  /** Takes the last corner back. */
  takeBack?: () => void;
  cancel: () => void;
}

/** A tool in the hand over the viewport, from the first press until it is done or given up. */
export interface Tool extends Begun {
  press: (at: PointerAt) => void;
  /** Every place on the way since the last one, with the button down. */
  drag: (way: readonly PointerAt[]) => void;
  release: (at: PointerAt) => void;
  /** With no button down. */
  hover?: (at: PointerAt) => void;
  readonly draft?: Draft | undefined;
}
