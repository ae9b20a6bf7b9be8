import { strides } from "../mask/network-output";

/** A few channels of a layer's output, as pictures. */
export interface FeatureMaps {
  /** Of each map. */
  rows: number;
  columns: number;
  /** How many the layer has. */
  channels: number;
  /** Which of them are here, from 0, the one that varies most over the picture first. */
  chosen: number[];
  /** What is black and what is white in each map. */
  ranges: { minimum: number; maximum: number }[];
  /** chosen x rows x columns; each map from its own minimum (0) to its own maximum (255). */
  maps: Uint8Array;
}

/** How a layer's output of one image lies in memory. */
export interface FeatureShape {
  channels: number;
  rows: number;
  columns: number;
  layout: "NCHW" | "NHWC";
}

interface ChannelStatistics {
  channel: number;
  minimum: number;
  maximum: number;
  variance: number;
}

/** Where a channel's values lie: the first at `start`, the next `step` further, `size` in all. */
interface Channel {
  channel: number;
  start: number;
  step: number;
  size: number;
}

function statisticsOf(values: Float32Array, { channel, start, step, size }: Channel): ChannelStatistics {
  let minimum = Infinity;
  let maximum = -Infinity;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < size; i++) {
    const value = values[start + i * step]!;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
    squares += value * value;
  }
  const mean = sum / size;
  return { channel, minimum, maximum, variance: squares / size - mean * mean };
}

/**
 * Chooses the channels that vary most over the picture (greatest standard deviation) and scales each to bytes
 * by its own minimum and maximum. A channel that is the same everywhere is 0 everywhere.
 * @param values channels x rows x columns (NCHW) or rows x columns x channels (NHWC), of one image
 * @param most   how many channels to choose at most
 */
export function chooseFeatureMaps(
  values: Float32Array,
  { channels, rows, columns, layout }: FeatureShape,
  most: number,
): FeatureMaps {
  const size = rows * columns;
  const { pixel: step, channel: apart } = strides(layout, channels, size);
  const statistics = Array.from({ length: channels }, (_, channel) =>
    statisticsOf(values, { channel, start: channel * apart, step, size }),
  );
  // Values that are no numbers sort last: a network that gives them is shown all the same.
  const order = (variance: number) => (Number.isFinite(variance) ? variance : -1);
  const chosen = statistics.sort((a, b) => order(b.variance) - order(a.variance)).slice(0, most);
  const maps = new Uint8Array(chosen.length * size);
  chosen.forEach(({ channel, minimum, maximum }, place) => {
    const scale = maximum > minimum ? 255 / (maximum - minimum) : 0;
    for (let i = 0; i < size; i++) {
      maps[place * size + i] = Math.round((values[channel * apart + i * step]! - minimum) * scale);
    }
  });
  return {
    rows,
    columns,
    channels,
    chosen: chosen.map(({ channel }) => channel),
    ranges: chosen.map(({ minimum, maximum }) => ({ minimum, maximum })),
    maps,
  };
}
