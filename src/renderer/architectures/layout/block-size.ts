import { channelCount, isLayer, type Block } from "../../../core/onnx/blocks";

const height = 42;
const least = 54;
const most = 150;
/** Of the longest names; what does not fit ends in an ellipsis. */
const pixelsPerLetter = 6.5;

/**
 * The size at which a folded block is drawn: it grows with its channels, 8 px with each doubling, and where the
 * name needs it.
 */
export function blockSize(block: Block): { width: number; height: number } {
  const channels = channelCount(block.outputShape) ?? 1;
  const byChannels = 22 + 8 * Math.log2(Math.max(1, channels));
  // Beside the figure lies the mark of what can be unfolded.
  const byMark = isLayer(block) ? 0 : 8 * String(channels).length + 54;
  const byName = 18 + pixelsPerLetter * block.label.length;
  return { width: Math.round(Math.min(most, Math.max(least, byChannels, byMark, byName))), height };
}
