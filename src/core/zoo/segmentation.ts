import { SlicebenchError } from "../errors";
import { GraphBuilder } from "../onnx/builder";
import type { Value } from "../onnx/graph-assembly";
import type { Dimension, Graph } from "../onnx/graph";
import type { FeatureMap } from "./blocks";
import { encoderIds, encoders, type EncoderId } from "./encoders";
import { fcnDecoder } from "./fcn";
import { unetDecoder } from "./unet";

/** How an encoder's feature maps become logits at the image's own resolution. */
type Decoder = (net: GraphBuilder, features: readonly FeatureMap[], classes: number) => Value;

const expandingPath =
  (skips: boolean): Decoder =>
  (net, features, classes) => {
    const decoded = unetDecoder(net.scope("decoder"), features, { padding: "same", norm: "batch", skips });
    return net.conv("head", decoded, { channels: classes, kernel: 1, weights: "xavier" });
  };

const decoders = {
  /** U-Net's expanding path; skip connections by concatenation. */
  unet: expandingPath(true),
  /** FCN-8s's; skip connections by sum. */
  fcn: (net, features, classes) => fcnDecoder(net.scope("decoder"), features, classes),
  /** U-Net's path without its skips: nothing but what came through the bottleneck. */
  "no-skips": expandingPath(false),
} as const satisfies Record<string, Decoder>;

export type DecoderId = keyof typeof decoders;
export const decoderIds = Object.keys(decoders) as DecoderId[];

export interface SegmentationOptions {
  encoder: EncoderId;
  decoder: DecoderId;
  /** Factor on every channel count; 1 is the published network. */
  width: number;
  /** 1 for grey, 3 for colour. */
  inputChannels: number;
  /** Channels of the output, background included. */
  classes: number;
  /** A multiple of the encoder's coarsest stride (32 at most), or a symbol such as "rows". */
  rows: Dimension;
  columns: Dimension;
  /** Of the initial weights. */
  seed: number;
}

/**
 * A segmentation network from any encoder and any decoder.
 * Input "input": batch x inputChannels x rows x columns; output "logits": batch x classes x rows x columns.
 * @throws ZOO_UNKNOWN with the names that are known, ZOO_WIDTH where the width is no positive number
 */
export function segmentationNetwork(options: SegmentationOptions): Graph {
  const { encoder } = known("encoder", options.encoder, encoders, encoderIds);
  const decode: Decoder = known("decoder", options.decoder, decoders, decoderIds);
  const net = new GraphBuilder(`${options.encoder}-${options.decoder}`, { seed: options.seed });
  const image = net.input("input", ["batch", options.inputChannels, options.rows, options.columns]);
  const features = encoder(net.scope("encoder"), image, { width: checkedWidth(options.width) });
  net.output("logits", decode(net, features, options.classes));
  return net.build();
}

/** @throws ZOO_WIDTH where it is no positive number */
export function checkedWidth(width: number): number {
  if (width > 0 && Number.isFinite(width)) return width;
  throw new SlicebenchError("ZOO_WIDTH", `A network cannot be ${width} times as wide.`, {
    hint: "Give a factor above 0: 1 is the published network, 0.25 has a fourth of its channels.",
  });
}

export function unknownName(kind: string, name: string, known: readonly string[]): SlicebenchError {
  return new SlicebenchError("ZOO_UNKNOWN", `There is no ${kind} "${name}".`, {
    hint: `Known: ${known.join(", ")}.`,
  });
}

/** Looked up as a stranger's text is: names also come from the command line. */
function known<Table extends object, Id extends keyof Table & string>(
  kind: string,
  id: Id,
  table: Table,
  ids: readonly string[],
): Table[Id] {
  if (ids.includes(id)) return table[id];
  throw unknownName(kind, id, ids);
}
