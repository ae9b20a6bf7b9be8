import { channelCount, isLayer, type Block } from "../../../core/onnx/blocks";

const height = 42;
const least = 64;
const most = 150;
/** Of the longest names; what does not fit ends in an ellipsis. */
const pixelsPerLetter = 6.2;

/**
 * The size at which a folded block is drawn: it grows with its channels, 10 px with each doubling, and where the
 * name needs it.
 */
export function blockSize(block: Block): { width: number; height: number } {
  const channels = channelCount(block.outputShape) ?? 1;
  const byChannels = 28 + 10 * Math.log2(Math.max(1, channels));
  const mark = isLayer(block) ? 0 : 18;
  const byName = 18 + pixelsPerLetter * block.label.length + mark;
  return { width: Math.round(Math.min(most, Math.max(least, byChannels, byName))), height };
}
