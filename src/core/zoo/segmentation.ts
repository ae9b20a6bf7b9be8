import { SlicebenchError } from "../errors";
import { GraphBuilder } from "../onnx/builder";
import type { Dimension, Graph } from "../onnx/graph";
import type { Encoder } from "./blocks";
import { resnetDesigns, resnetEncoder } from "./resnet";
import { unetDecoder, unetEncoder } from "./unet";

/** Every encoder by its name, as segmentation-models-pytorch and torchvision spell them. */
const encoders: Record<string, Encoder> = {
  unet: unetEncoder,
  resnet18: resnetEncoder(resnetDesigns.resnet18),
  resnet34: resnetEncoder(resnetDesigns.resnet34),
};

export const encoderIds = Object.keys(encoders);
export const decoderIds = ["unet", "no-skips"] as const;
export type DecoderId = (typeof decoderIds)[number];

export interface SegmentationOptions {
  /** One of `encoderIds`. */
  encoder: string;
  decoder: DecoderId;
  /** Factor on every channel count; 1 is the published network. */
  width: number;
  /** 1 for grey, 3 for colour. */
  inputChannels: number;
  /** Channels of the output, background included. */
  classes: number;
  /** A multiple of the encoder's coarsest stride (16 or 32), or a symbol such as "rows". */
  rows: Dimension;
  columns: Dimension;
  /** Of the initial weights. */
  seed: number;
}

/**
 * A segmentation network from an encoder and a decoder.
 * Input "input": batch x inputChannels x rows x columns; output "logits": batch x classes x rows x columns.
 * @throws ZOO_UNKNOWN with the names that are known
 */
export function segmentationNetwork(options: SegmentationOptions): Graph {
  const encoder = encoders[options.encoder];
  if (encoder === undefined) throw unknownName("encoder", options.encoder, encoderIds);
  const net = new GraphBuilder(`${options.encoder}-${options.decoder}`, { seed: options.seed });
  const image = net.input("input", ["batch", options.inputChannels, options.rows, options.columns]);
  const features = encoder(net.scope("encoder"), image, { width: options.width });
  const decoded = unetDecoder(net.scope("decoder"), features, {
    padding: "same",
    norm: "batch",
    skips: options.decoder === "unet",
  });
  net.output(
    "logits",
    net.conv("head", decoded, { channels: options.classes, kernel: 1, weights: "xavier" }),
  );
  return net.build();
}

export function unknownName(kind: string, name: string, known: readonly string[]): SlicebenchError {
  return new SlicebenchError("ZOO_UNKNOWN", `There is no ${kind} "${name}".`, {
    hint: `Known: ${known.join(", ")}.`,
  });
}
