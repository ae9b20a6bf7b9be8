import { channelCount, isLayer, mapSize, type Block } from "../../core/onnx/blocks";
import type { ReceptiveField } from "../../core/onnx/describe";
import type { Dimension } from "../../core/onnx/graph";
import { counted, notAvailable } from "../app/format";
import { sizeLabel } from "./layout/rows";

/** Figures of networks in words. */

/** "128 × 32 × 32" of one image; n/a where nothing is known. */
export function formatShape(shape: readonly (Dimension | null)[] | undefined): string {
  if (shape === undefined) return notAvailable;
  const own = shape.length > 1 ? shape.slice(1) : shape;
  return own
    .map((dim) => (typeof dim === "number" || typeof dim === "string" ? String(dim) : "?"))
    .join(" × ");
}

/** "5.3 G", "0.54 G", "12 M", "640 k". */
export function formatMultiplyAdds(count: number | undefined): string {
  if (count === undefined) return notAvailable;
  if (count >= 1e9) return `${(count / 1e9).toFixed(count >= 1e10 ? 1 : 2)} G`;
  if (count >= 1e8) return `${(count / 1e9).toFixed(2)} G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return count >= 1e3 ? `${Math.round(count / 1e3)} k` : String(count);
}

export const formatCount = (count: number): string => count.toLocaleString("en");

/** "3.7 %" of a whole; nothing where that is 0 or unknown. */
export function formatShare(part: number | undefined, whole: number | undefined): string | undefined {
  if (part === undefined || whole === undefined || whole === 0) return undefined;
  const share = (100 * part) / whole;
  return `${share > 0 && share < 0.1 ? "< 0.1" : share.toFixed(1)} %`;
}

/** "99 × 99 px", "all of the image". */
export function formatField(field: ReceptiveField | undefined): string {
  if (field === undefined) return notAvailable;
  return field === "image" ? "all of the image" : `${field.size[0]} × ${field.size[1]} px`;
}

/** "4 convolutions, 2 sums, 5 other layers": what a block is made of. */
export function describeContents({ nodes }: Block): string {
  const kinds = [
    { one: "convolution", operators: ["Conv", "ConvTranspose"] },
    { one: "fully connected", many: "fully connected", operators: ["Gemm", "MatMul"] },
    { one: "pooling", many: "poolings", operators: ["MaxPool", "AveragePool", "GlobalAveragePool"] },
    { one: "sum", operators: ["Add", "Sum"] },
    { one: "concatenation", operators: ["Concat"] },
  ];
  const parts: string[] = [];
  let rest = nodes.length;
  for (const { one, many, operators } of kinds) {
    const count = nodes.filter(({ operator }) => operators.includes(operator)).length;
    rest -= count;
    if (count > 0) parts.push(counted(count, one, many ?? `${one}s`));
  }
  if (rest > 0) parts.push(parts.length === 0 ? counted(rest, "layer") : `${rest} more`);
  return parts.join(", ");
}

/** What a block is, for those who do not see it: "layer2, 16 layers, 128 channels at 32 px". */
export function describeBlock(block: Block): string {
  const size = mapSize(block.outputShape);
  const channels = channelCount(block.outputShape);
  return [
    block.label,
    isLayer(block) ? block.nodes[0]?.operator : counted(block.nodes.length, "layer"),
    channels !== undefined &&
      `${counted(channels, size ? "channel" : "value")}${size ? ` at ${sizeLabel(size)}` : ""}`,
  ]
    .filter((part) => part !== undefined && part !== false)
    .join(", ");
}
