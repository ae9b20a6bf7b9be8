import { type Dimension, int, text } from "../../onnx/graph";
import type { OperationCall } from "./operation-call";
import { channelsFirstAxis, Signal } from "./signal";

type Convert = (call: OperationCall) => Signal;

const concat: Convert = (call) => {
  const inputs = call.signals(0, -1);
  const [first] = inputs;
  if (first === undefined) throw call.refusal("has nothing to join");
  const axis = call.axis(inputs.length, first.shape.length);
  if (inputs.every(({ entries, shape }) => entries !== undefined && shape.length === 1)) {
    const entries = inputs.flatMap((input): readonly Dimension[] => input.entries ?? []);
    return Signal.sizes(call.net, { shape: [entries.length], entries }, () =>
      call.net.concat(
        inputs.map((input) => input.plain()),
        0,
      ),
    );
  }
  return inputs.some((input) => input.isPicture)
    ? call.first(
        call.net.concat(
          inputs.map((input) => input.channelsFirst()),
          channelsFirstAxis(axis),
        ),
      )
    : call.plain(
        call.net.concat(
          inputs.map((input) => input.plain()),
          axis,
        ),
      );
};

/** A transposition that only says where channels are costs nothing. */
const transpose: Convert = (call) => {
  const input = call.input();
  const order = call.axes(call.numbers(1), input.shape.length);
  if (String(order) === "0,2,3,1") return call.first(input.plain());
  const stored = input.isPicture ? order.map(channelsFirstAxis) : order;
  const value = input.isPicture ? input.channelsFirst() : input.plain();
  return call.plain(stored.every((axis, i) => axis === i) ? value : call.net.transpose(value, stored));
};

const pad: Convert = (call) => {
  const { kind } = call.operation;
  const mode = kind === "MirrorPad" ? call.text("mode", "REFLECT") : "CONSTANT";
  if (mode === "SYMMETRIC") throw call.unusual("mode");
  const amounts = call.numbers(1);
  return call.alongAxes(call.input(), (value, place) => {
    const rank = value.shape.length;
    if (amounts.length !== 2 * rank) throw call.refusal("has not two amounts an axis");
    const pads = Array<number>(2 * rank).fill(0);
    for (let axis = 0; axis < rank; axis++) {
      pads[place(axis)] = amounts[2 * axis]!;
      pads[place(axis) + rank] = amounts[2 * axis + 1]!;
    }
    const filler = kind === "PadV2" ? [call.input(2).plain()] : [];
    return call.net.operator("Pad", "pad", [value, call.list("pads", pads), ...filler], {
      mode: text(mode.toLowerCase()),
    });
  });
};

const tile: Convert = (call) => {
  const repeats = call.numbers(1);
  return call.alongAxes(call.input(), (value, place) => {
    const placed = repeats.map(() => 1);
    repeats.forEach((count, axis) => (placed[place(axis)] = count));
    return call.net.operator("Tile", "tile", [value, call.list("repeats", placed)]);
  });
};

const depthToSpace: Convert = (call) => {
  call.requireChannelsLast();
  const attributes = { blocksize: int(call.number("block_size", 1)) };
  return call.first(call.net.operator("DepthToSpace", "depthtospace", [call.picture()], attributes));
};

export const rearranging: Record<string, Convert> = {
  ConcatV2: concat,
  Transpose: transpose,
  Pad: pad,
  PadV2: pad,
  MirrorPad: pad,
  Tile: tile,
  DepthToSpace: depthToSpace,
};
