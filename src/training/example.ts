/** One image with what a reader marked on it. */
export interface TrainingExample {
  /** The file's stem. */
  name: string;
  /** Path of the image. */
  file: string;
  /** Who or what it is of; a subject is never on two sides of a split. */
  subject: string;
  /** Kind of subject or image (disease group, staining): splits and sampling are balanced over it. */
  stratum: string;
  rows: number;
  columns: number;
  channels: 1 | 3;
  /** 8 bits a sample, interleaved; length rows x columns x channels. */
  pixels: Uint8Array;
  /** The segment's value at each pixel, 0 is background; length rows x columns. */
  labels: Uint8Array;
}

export interface TrainingSplit {
  train: TrainingExample[];
  /** To choose by: when to stop, which setting. */
  validation: TrainingExample[];
  /** Looked at once, for the card. */
  test: TrainingExample[];
}
