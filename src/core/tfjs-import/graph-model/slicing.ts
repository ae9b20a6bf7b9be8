import { int } from "../../onnx/graph";
import { int64Tensor } from "../../onnx/tensor";
import type { OperationCall } from "./operation-call";
import { Signal } from "./signal";

type Convert = (call: OperationCall) => Signal | Signal[];

/** Beyond the last pixel of any axis. */
const farEnd = 2 ** 31 - 1;

interface Range {
  start: number;
  end: number;
  step: number;
}

/** Cuts ranges out of some axes. */
function cut(call: OperationCall, input: Signal, ranges: ReadonlyMap<number, Range>, name = "slice"): Signal {
  if (ranges.size === 0) return input;
  return call.alongAxes(input, (value, place) => {
    const list = (part: string, values: number[]) => call.list(`${name}/${part}`, values);
    const all = [...ranges.values()];
    return call.net.operator("Slice", name, [
      value,
      list(
        "starts",
        all.map(({ start }) => start),
      ),
      list(
        "ends",
        all.map(({ end }) => end),
      ),
      list("axes", [...ranges.keys()].map(place)),
      list(
        "steps",
        all.map(({ step }) => step),
      ),
    ]);
  });
}

/** NumPy's `x[a:b:c, d, ..., None]`, said in numbers and masks of bits. */
const stridedSlice: Convert = (call) => {
  const input = call.input();
  const [begin, end, step] = [call.numbers(1), call.numbers(2), call.numbers(3)];
  const mask = (key: string, i: number) => ((call.number(key, 0) >> i) & 1) === 1;
  const named = begin.filter((_, i) => !mask("ellipsis_mask", i) && !mask("new_axis_mask", i)).length;
  const ranges = new Map<number, Range>();
  const [removed, added]: number[][] = [[], []];
  let [axis, outputAxis] = [0, 0];
  begin.forEach((start, i) => {
    if (mask("ellipsis_mask", i)) {
      const skipped = input.shape.length - named;
      axis += skipped;
      outputAxis += skipped;
    } else if (mask("new_axis_mask", i)) {
      added!.push(outputAxis++);
    } else if (mask("shrink_axis_mask", i)) {
      ranges.set(axis, { start, end: start === -1 ? farEnd : start + 1, step: 1 });
      removed!.push(axis++);
    } else {
      const by = step[i]!;
      if (!(by > 0)) throw call.refusal("goes backwards");
      const range = {
        start: mask("begin_mask", i) ? 0 : start,
        end: mask("end_mask", i) ? farEnd : end[i]!,
        step: by,
      };
      if (range.start !== 0 || range.end !== farEnd || by !== 1) ranges.set(axis, range);
      axis++;
      outputAxis++;
    }
  });
  if (axis > input.shape.length) throw call.refusal(`names ${axis} axes of ${input.shape.length}`);
  const make = () => {
    const sliced = cut(call, input, ranges);
    if (removed!.length + added!.length === 0) return sliced;
    let value = sliced.plain();
    if (removed!.length > 0)
      value = call.net.operator("Squeeze", "squeeze", [value, call.list("removed", removed!)]);
    if (added!.length > 0)
      value = call.net.operator("Unsqueeze", "unsqueeze", [value, call.list("added", added!)]);
    return call.plain(value);
  };
  const [range] = ranges.values();
  if (input.entries === undefined || input.shape.length !== 1 || added!.length > 0) return make();
  const { start, end: last, step: by } = range ?? { start: 0, end: farEnd, step: 1 };
  const entries = input.entries.slice(start, last).filter((_, i) => i % by === 0);
  const shape = removed!.length > 0 ? [] : [entries.length];
  return Signal.sizes(call.net, { shape, entries }, () => make().plain());
};

const slice: Convert = (call) => {
  const [begin, size] = [call.numbers(1), call.numbers(2)];
  const ranges = begin.map((start, axis): [number, Range] => {
    const length = size[axis]!;
    return [axis, { start, end: length === -1 ? farEnd : start + length, step: 1 }];
  });
  return cut(
    call,
    call.input(),
    new Map(ranges.filter(([, { start, end }]) => start !== 0 || end !== farEnd)),
  );
};

/** Each part has a scope of its own, as it may be transposed by itself. */
function parts(call: OperationCall, input: Signal, axis: number, lengths: readonly number[]): Signal[] {
  let start = 0;
  return lengths.map((length, i) => {
    const range = { start, end: (start += length), step: 1 };
    const part = cut(call, input, new Map([[axis, range]]), `part_${i}`);
    return part.inScope(call.net.scope(`part_${i}`));
  });
}

const split: Convert = (call) => {
  const input = call.input(1);
  const axis = call.axis(0, input.shape.length);
  const [size, count] = [input.shape[axis], call.number("num_split", 1)];
  if (typeof size !== "number" || size % count !== 0) throw call.refusal("splits an axis of unknown length");
  return parts(call, input, axis, Array<number>(count).fill(size / count));
};

const splitV: Convert = (call) => {
  const input = call.input();
  const axis = call.axis(2, input.shape.length);
  const lengths = call.numbers(1);
  const size = input.shape[axis];
  const rest = lengths.indexOf(-1);
  if (rest >= 0) {
    if (typeof size !== "number") throw call.refusal("splits an axis of unknown length");
    lengths[rest] = size - lengths.reduce((sum, length) => sum + length, 1);
  }
  return parts(call, input, axis, lengths);
};

const unpack: Convert = (call) => {
  const input = call.input();
  const [axis = 0] = call.axes([call.number("axis", 0)], input.shape.length);
  const count = call.number("num", 1);
  if (input.entries?.length === count) {
    return input.entries.map((entry, i) => {
      const scope = call.net.scope(`part_${i}`);
      return Signal.sizes(scope, { shape: [], entries: [entry] }, () => {
        const index = scope.constant("index", int64Tensor([i], []));
        return scope.operator("Gather", "gather", [input.plain(), index], { axis: int(0) });
      });
    });
  }
  return parts(call, input, axis, Array<number>(count).fill(1)).map((part, i) => {
    const scope = call.net.scope(`part_${i}`);
    const axes = scope.constant("removed", int64Tensor([axis]));
    return Signal.of(scope, scope.operator("Squeeze", "squeeze", [part.plain(), axes]));
  });
};

const gatherAlong: Convert = (call) => {
  const [input, places] = [call.input(0), call.input(1)];
  const axis = call.inputs.length > 2 ? call.axis(2, input.shape.length) : 0;
  if (call.number("batch_dims", 0) !== 0) throw call.unusual("batch_dims");
  const make = () =>
    call.net.operator("Gather", "gather", [input.plain(), places.plain()], { axis: int(axis) });
  if (input.entries === undefined || places.tensor === undefined) return call.plain(make());
  const entries = call.numbers(1).map((place) => input.entries?.[place]);
  const shape = places.tensor.dims;
  return Signal.sizes(call.net, { shape, entries }, make);
};

export const slicing: Record<string, Convert> = {
  StridedSlice: stridedSlice,
  Slice: slice,
  Split: split,
  SplitV: splitV,
  Unpack: unpack,
  Gather: gatherAlong,
  GatherV2: gatherAlong,
};
