import { z } from "zod";
import { SlicebenchError } from "../../errors";

const shapeSchema = z.object({
  dim: z.array(z.object({ size: z.coerce.number().int() })).optional(),
  unknownRank: z.boolean().optional(),
});
const portsSchema = z.record(
  z.string(),
  z.object({ name: z.string(), tensorShape: shapeSchema.optional().catch(undefined) }),
);
const signatureSchema = z.object({ inputs: portsSchema.optional(), outputs: portsSchema.optional() });
const nodeSchema = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).optional(),
  attr: z.record(z.string(), z.unknown()).optional(),
});
const graphSchema = z.object({ node: z.array(nodeSchema) });

/** An operation of a TensorFlow graph. */
export interface Operation {
  name: string;
  /** "Conv2D". */
  kind: string;
  /** What it takes: an operation and which of its results. */
  inputs: readonly Port[];
  /** As the JSON of a GraphDef has them. */
  attributes: Readonly<Record<string, unknown>>;
}

export interface Port {
  operation: string;
  result: number;
}

/** A graph of TensorFlow with what its signature says. */
export interface GraphDefinition {
  operations: ReadonlyMap<string, Operation>;
  outputs: readonly (Port & { name: string })[];
  /** Of the inputs by operation, where the signature has them. */
  inputShapes: ReadonlyMap<string, readonly number[]>;
}

/**
 * Reads `modelTopology` and `signature` of a GraphModel.
 * @throws TFJS_DAMAGED
 */
export function readGraphDefinition(topology: unknown, signature: unknown): GraphDefinition {
  const nodes = parse(graphSchema, topology).node;
  const operations = new Map(
    nodes.map(({ name, op: kind, input = [], attr: attributes = {} }): [string, Operation] => {
      // "^name" says only that something runs first.
      const inputs = input.filter((each) => !each.startsWith("^")).map(parsePort);
      return [name, { name, kind, inputs, attributes }];
    }),
  );
  if (operations.size !== nodes.length) throw damaged("two operations have one name");
  const { inputs = {}, outputs = {} } = parse(signatureSchema, signature ?? {});
  const named = Object.entries(outputs).map(([name, port]) => ({ name, ...parsePort(port.name) }));
  return {
    operations,
    outputs: named.length > 0 ? named : unused(operations),
    inputShapes: new Map(
      Object.values(inputs).flatMap(({ name, tensorShape }) => {
        const shape = dimensionsOf(tensorShape);
        return shape === undefined ? [] : [[parsePort(name).operation, shape] as const];
      }),
    ),
  };
}

/** @returns the sizes, -1 where they are free; undefined where not even their number is known */
export function dimensionsOf(shape: unknown): number[] | undefined {
  const parsed = shapeSchema.safeParse(shape);
  if (!parsed.success || parsed.data.unknownRank === true) return undefined;
  return parsed.data.dim?.map(({ size }) => size);
}

/** "name", or "name:1" for the second result. */
function parsePort(text: string): Port {
  const [, operation = text, result = "0"] = /^(.*):(\d+)$/.exec(text) ?? [];
  return { operation, result: Number(result) };
}

/** Without a signature, the outputs are what no operation takes. */
function unused(operations: ReadonlyMap<string, Operation>): (Port & { name: string })[] {
  const taken = new Set(
    [...operations.values()].flatMap(({ inputs }) => inputs.map(({ operation }) => operation)),
  );
  const idle = new Set(["Const", "Placeholder", "NoOp"]);
  return [...operations.values()]
    .filter(({ name, kind }) => !taken.has(name) && !idle.has(kind))
    .map(({ name }) => ({ name, operation: name, result: 0 }));
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damaged(`${issue!.path.join(".") || "it"} does not fit`, parsed.error);
}

export function damaged(reason: string, cause?: unknown): SlicebenchError {
  return new SlicebenchError("TFJS_DAMAGED", `The graph in model.json cannot be read: ${reason}.`, {
    hint: "Convert the model again with tensorflowjs_converter.",
    cause,
  });
}
