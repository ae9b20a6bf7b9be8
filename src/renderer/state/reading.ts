import { create } from "zustand";

/** The blind reading that the Laboratory shows in place of its figures. */
export interface ReadingState {
  /** From which series it was begun or gone on with; undefined while figures are shown. */
  seriesId?: string | undefined;
  /** Undefined while the reader says what to read. */
  id?: string | undefined;
  /** Index of the presentation that is shown; at their count, all are behind. */
  at: number;
  isOver: boolean;
  masksHidden: boolean;
  /** The whole slice in place of the part around the masks. */
  isWhole: boolean;
}

export const useReading = create<ReadingState>()(() => ({
  at: 0,
  isOver: false,
  masksHidden: false,
  isWhole: false,
}));

export const isWaitingForAnswer = ({ id, isOver }: ReadingState): boolean => id !== undefined && !isOver;
