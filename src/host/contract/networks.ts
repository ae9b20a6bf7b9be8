import { z } from "zod";
import type { FeatureMaps } from "../../core/image/feature-maps";
import type { ProbabilityMap } from "../../core/mask/probability-map";
import type { DescribedValue, ImageSize, NodeDescription } from "../../core/onnx/describe";
import type { ZooEntry } from "../../core/zoo/entry";
import { id } from "./fields";

/** An architecture of the zoo. */
export type ArchitectureView = Pick<
  ZooEntry,
  "id" | "name" | "family" | "task" | "encoder" | "decoder" | "year" | "paper"
>;

/** What a network is made of, node by node: an architecture's as published, or a model's as in its file. */
export interface NetworkView {
  id: string;
  name: string;
  /** Of the image that shapes and multiply-adds are given for. */
  size: ImageSize;
  inputs: DescribedValue[];
  /** Names of values. */
  outputs: string[];
  /** In order of execution; `foldNetwork` of core/onnx/blocks.ts folds them by scope. */
  nodes: NodeDescription[];
  parameters: number;
  /** Absent where a node's size cannot be known. */
  multiplyAdds?: number;
  /** Of a model's file. */
  weightBytes?: number;
}

/** Runs a model over one frame up to one of its values, and answers with that value's channels as pictures. */
export const featureMapsSchema = z.object({
  seriesId: id,
  frame: z.int().min(0),
  /** A value's name, as the model's NetworkView has it. */
  value: z.string().min(1).max(1_000),
  /** How many channels at most. */
  most: z.int().min(1).max(64).default(12),
});

/** `x-slicebench-header` of feature maps; the body is chosen x rows x columns bytes (core/image/feature-maps.ts). */
export interface FeatureMapsHeader extends Omit<FeatureMaps, "maps"> {
  /** Of what the network was given. */
  input: { rows: number; columns: number };
  /** Which tile of the frame that was, from 0, of how many. */
  tile: { index: number; count: number };
}

/** `GET /api/models/:id/probabilities`: how probable a model holds one segment on one frame. */
export const probabilitiesQuery = z.object({
  seriesId: id,
  frame: z.coerce.number().int().min(0).max(1_000_000),
  segment: z.coerce.number().int().min(1).max(255),
});

/** `x-slicebench-header` of probabilities; the body is rows x columns bytes (core/mask/probability-map.ts). */
export type ProbabilityMapHeader = Omit<ProbabilityMap, "values">;
