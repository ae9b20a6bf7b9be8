import { z } from "zod";
import { SlicebenchError } from "../../errors";

const layerSchema = z.object({
  class_name: z.string(),
  config: z.looseObject({ name: z.string() }),
  /** By call of the layer: what it takes, as [layer, call, output, ...]. */
  inbound_nodes: z.array(z.array(z.tuple([z.string(), z.int(), z.int()], z.unknown()))).optional(),
});
/** One input or output is written as a list of one, and by some as itself. */
const portsSchema = z
  .union([
    z.array(z.tuple([z.string(), z.int(), z.int()])),
    z.tuple([z.string(), z.int(), z.int()]).transform((port) => [port]),
  ])
  .transform((ports) => ports.map(([layer]) => layer));
const functionalSchema = z.object({
  layers: z.array(layerSchema),
  input_layers: portsSchema,
  output_layers: portsSchema,
});
const sequentialSchema = z
  .union([z.array(layerSchema), z.object({ layers: z.array(layerSchema) })])
  .transform((config) => (Array.isArray(config) ? config : config.layers));
const modelSchema = z.object({ class_name: z.string(), config: z.unknown() });

/** A layer of a Keras network and the layers whose results it takes. */
export interface Layer {
  name: string;
  /** "Conv2D". */
  kind: string;
  config: Readonly<Record<string, unknown>>;
  inputs: readonly string[];
}

export interface Topology {
  layers: ReadonlyMap<string, Layer>;
  inputs: readonly string[];
  outputs: readonly string[];
}

/**
 * Reads `modelTopology` of a LayersModel: Keras's functional and sequential networks.
 * @throws TFJS_DAMAGED, TFJS_LAYER
 */
export function readTopology(topology: unknown): Topology {
  const wrapped = z.object({ model_config: modelSchema }).safeParse(topology);
  const { class_name: kind, config } = wrapped.success
    ? wrapped.data.model_config
    : parse(modelSchema, topology);
  if (kind === "Sequential") return sequential(parse(sequentialSchema, config));
  if (kind !== "Model" && kind !== "Functional") throw damaged(`it is a ${kind}`);
  const { layers, input_layers: inputs, output_layers: outputs } = parse(functionalSchema, config);
  return { layers: byName(layers.map(asLayer)), inputs, outputs };
}

function asLayer({
  class_name: kind,
  config,
  inbound_nodes: calls = [],
}: z.infer<typeof layerSchema>): Layer {
  if (calls.length > 1) {
    throw new SlicebenchError("TFJS_LAYER", `The layer "${config.name}" is used more than once.`, {
      hint: "Networks whose layers share weights are not converted.",
    });
  }
  return { name: config.name, kind, config, inputs: (calls[0] ?? []).map(([layer]) => layer) };
}

/** The shape of the input may stand in the first layer alone. */
function sequential(layers: z.infer<typeof layerSchema>[]): Topology {
  const [first] = layers;
  if (first === undefined) throw damaged("it has no layers");
  const own = first.class_name === "InputLayer" ? [] : [{ ...first, class_name: "InputLayer" }];
  const chain = [...own, ...layers].map(({ class_name: kind, config }, index): Layer => {
    const name = own.length > 0 && index === 0 ? `${config.name}_input` : config.name;
    return { name, kind, config, inputs: [] };
  });
  const linked = chain.map((layer, index) =>
    index === 0 ? layer : { ...layer, inputs: [chain[index - 1]!.name] },
  );
  return { layers: byName(linked), inputs: [linked[0]!.name], outputs: [linked.at(-1)!.name] };
}

function byName(layers: readonly Layer[]): Map<string, Layer> {
  const named = new Map(layers.map((layer) => [layer.name, layer]));
  if (named.size !== layers.length) throw damaged("two layers have one name");
  return named;
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(`${issue!.path.join(".") || "it"} does not fit`, parsed.error);
}

function damaged(reason: string, cause?: unknown): SlicebenchError {
  return new SlicebenchError("TFJS_DAMAGED", `The network in model.json cannot be read: ${reason}.`, {
    hint: "Save it again with model.save() of TensorFlow.js 4, or with tensorflowjs_converter from Keras 2.",
    cause,
  });
}
