"""PyTorch eager on the CPU, executing the graphs that bench/peers/graph-export.ts writes."""

import array
import json
import time

import torch
import torch.nn.functional as F
from calls import answer

DTYPES = {
    "float32": torch.float32,
    "float16": torch.float16,
    "float64": torch.float64,
    "int64": torch.int64,
    "int32": torch.int32,
    "uint8": torch.uint8,
    "bool": torch.bool,
}
# ONNX TensorProto.DataType, as Cast names it.
CAST_TYPES = {1: torch.float32, 2: torch.uint8, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16}


def split_pads(node):
    """Pads as (symmetric padding for the operator, F.pad list for what is left over or None)."""
    pads = node.get("pads") or [0, 0, 0, 0]
    if node.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise NotImplementedError(f"auto_pad {node['auto_pad']}")
    before, after = pads[:2], pads[2:]
    if before == after:
        return before, None
    return [0, 0], [before[1], after[1], before[0], after[0]]


def conv(node):
    padding, extra = split_pads(node)
    stride, dilation = node.get("strides", [1, 1]), node.get("dilations", [1, 1])
    groups = node.get("group", 1)

    def run(x, weight, bias=None):
        x = x if extra is None else F.pad(x, extra)
        return F.conv2d(x, weight, bias, stride, padding, dilation, groups)

    return run


def conv_transpose(node):
    padding, extra = split_pads(node)
    stride, dilation = node.get("strides", [1, 1]), node.get("dilations", [1, 1])
    output_padding, groups = node.get("output_padding", [0, 0]), node.get("group", 1)

    def run(x, weight, bias=None):
        y = F.conv_transpose2d(x, weight, bias, stride, padding, output_padding, groups, dilation)
        return y if extra is None else F.pad(y, [-each for each in extra])

    return run


def max_pool(node):
    kernel, stride = node["kernel_shape"], node.get("strides", [1, 1])
    dilation, ceil = node.get("dilations", [1, 1]), node.get("ceil_mode", 0) == 1
    padding, extra = split_pads(node)
    # PyTorch takes at most half a kernel of padding, ONNX any.
    if extra is None and any(2 * pad > size for pad, size in zip(padding, kernel)):
        padding, extra = [0, 0], [padding[1], padding[1], padding[0], padding[0]]

    def run(x):
        x = x if extra is None else F.pad(x, extra, value=float("-inf"))
        return F.max_pool2d(x, kernel, stride, padding, dilation, ceil)

    return run


def average_pool(node):
    kernel, stride = node["kernel_shape"], node.get("strides", [1, 1])
    ceil, counted = node.get("ceil_mode", 0) == 1, node.get("count_include_pad", 0) == 1
    padding, extra = split_pads(node)
    if extra is not None and not counted:
        raise NotImplementedError("average pooling with uneven padding")

    def run(x):
        x = x if extra is None else F.pad(x, extra)
        return F.avg_pool2d(x, kernel, stride, padding, ceil, counted)

    return run


def gemm(node):
    alpha, beta = node.get("alpha", 1.0), node.get("beta", 1.0)
    a_axes, b_axes = node.get("transA", 0), node.get("transB", 0)

    def run(a, b, c=None):
        a, b = a.t() if a_axes else a, b.t() if b_axes else b
        return alpha * (a @ b) if c is None else torch.addmm(c, a, b, beta=beta, alpha=alpha)

    return run


def resize(node):
    mode = node.get("mode", "nearest")
    aligned = node.get("coordinate_transformation_mode", "half_pixel") == "align_corners"
    mode = {"nearest": "nearest", "linear": "bilinear", "cubic": "bicubic"}[mode]

    def run(x, *settings):
        scales = settings[1] if len(settings) > 1 and settings[1].numel() > 0 else None
        sizes = settings[2].tolist() if scales is None else [int(n * s) for n, s in zip(x.shape, scales.tolist())]
        if mode == "nearest":
            return F.interpolate(x, size=sizes[2:], mode=mode)
        return F.interpolate(x, size=sizes[2:], mode=mode, align_corners=aligned)

    return run


def slices(node):
    def run(x, starts, ends, axes=None, steps=None):
        starts, ends = starts.tolist(), ends.tolist()
        axes = range(len(starts)) if axes is None else axes.tolist()
        steps = [1] * len(starts) if steps is None else steps.tolist()
        where = [slice(None)] * x.dim()
        for axis, start, end, step in zip(axes, starts, ends, steps):
            where[axis] = slice(start, end, step)
        return x[tuple(where)]

    return run


def pad(node):
    def run(x, pads=None, value=None, axes=None):
        pads = node["pads"] if pads is None else pads.tolist()
        half = len(pads) // 2
        # F.pad lists the last axis first.
        order = [each for axis in reversed(range(half)) for each in (pads[axis], pads[axis + half])]
        return F.pad(x, order, mode=node.get("mode", "constant"), value=0.0 if value is None else float(value))

    return run


def reshape(node):
    def run(x, shape):
        return x.reshape([x.shape[axis] if size == 0 else size for axis, size in enumerate(shape.tolist())])

    return run


def lrn(node):
    size, alpha, beta, bias = node["size"], node.get("alpha", 1e-4), node.get("beta", 0.75), node.get("bias", 1.0)
    return lambda x: F.local_response_norm(x, size, alpha, beta, bias)


def batch_normalization(node):
    epsilon = node.get("epsilon", 1e-5)
    return lambda x, scale, shift, mean, variance: F.batch_norm(x, mean, variance, scale, shift, False, 0.0, epsilon)


def clip(node):
    return lambda x, low=None, high=None: torch.clamp(x, low, high)


OPERATORS = {
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "MaxPool": max_pool,
    "AveragePool": average_pool,
    "GlobalAveragePool": lambda node: lambda x: F.adaptive_avg_pool2d(x, 1),
    "BatchNormalization": batch_normalization,
    "LRN": lrn,
    "Gemm": gemm,
    "Resize": resize,
    "Slice": slices,
    "Pad": pad,
    "Reshape": reshape,
    "Clip": clip,
    "Cast": lambda node: lambda x: x.to(CAST_TYPES[node["to"]]),
    "Constant": lambda node: lambda: node["value"],
    "Relu": lambda node: torch.relu,
    "LeakyRelu": lambda node: lambda x: F.leaky_relu(x, node.get("alpha", 0.01)),
    "Sigmoid": lambda node: torch.sigmoid,
    "Tanh": lambda node: torch.tanh,
    "Softmax": lambda node: lambda x: torch.softmax(x, node.get("axis", -1)),
    "Add": lambda node: torch.add,
    "Sub": lambda node: torch.sub,
    "Mul": lambda node: torch.mul,
    "Div": lambda node: torch.div,
    "MatMul": lambda node: torch.matmul,
    "Concat": lambda node: lambda *xs: torch.cat(xs, node["axis"]),
    "Flatten": lambda node: lambda x: torch.flatten(x, node.get("axis", 1)),
    "Transpose": lambda node: lambda x: x.permute(node["perm"]),
    "Identity": lambda node: lambda x: x,
    "Dropout": lambda node: lambda x, *settings: x,
}


class Network:
    """A graph made ready to run: constants computed once, each value dropped after its last use."""

    def __init__(self, graph_file, weights_file):
        with open(graph_file, encoding="utf-8") as text:
            graph = json.load(text)
        with open(weights_file, "rb") as binary:
            self.weights = bytearray(binary.read())
        self.input, self.output = graph["input"], graph["output"]
        self.constants = {name: self.tensor(at) for name, at in graph["initializers"].items()}
        steps = []
        for node in graph["nodes"]:
            if node["operator"] not in OPERATORS:
                raise NotImplementedError(f"operator {node['operator']}")
            settings = {
                name: self.tensor(value) if isinstance(value, dict) else value
                for name, value in node["attributes"].items()
            }
            run, inputs, output = OPERATORS[node["operator"]](settings), node["inputs"], node["outputs"][0]
            if all(name in self.constants or name == "" for name in inputs):
                self.constants[output] = run(*[self.constants.get(name) for name in inputs])
            else:
                steps.append((run, inputs, output))
        last_uses = {name: index for index, (_, inputs, _) in enumerate(steps) for name in inputs}
        kept = {self.output, "", *self.constants}
        self.steps = [
            (run, inputs, output, [name for name in set(inputs) if last_uses[name] == index and name not in kept])
            for index, (run, inputs, output) in enumerate(steps)
        ]

    def tensor(self, at):
        count = 1
        for size in at["dims"]:
            count *= size
        if count == 0:
            return torch.empty(at["dims"], dtype=DTYPES[at["type"]])
        flat = torch.frombuffer(self.weights, dtype=DTYPES[at["type"]], count=count, offset=at["offset"])
        return flat.reshape(at["dims"])

    def run(self, x):
        values = {**self.constants, "": None, self.input: x}
        for run, inputs, output, done in self.steps:
            values[output] = run(*[values[name] for name in inputs])
            for name in done:
                del values[name]
        return values[self.output]


networks = {}
inputs = {}


def start(threads):
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    return {"version": torch.__version__, "threads": torch.get_num_threads()}


def load(id, graph_file, weights_file):
    networks[id] = Network(graph_file, weights_file)


def give(id, file, shape):
    """Takes over the input of a network, so that a run reads no file."""
    with open(file, "rb") as binary:
        values = array.array("f", binary.read())
    inputs[id] = torch.frombuffer(values, dtype=torch.float32).reshape(shape).clone()


def result(id, file):
    """Runs once and writes the output, to be compared."""
    output = networks[id].run(inputs[id])
    with open(file, "wb") as binary:
        array.array("f", output.flatten().tolist()).tofile(binary)


def run(id, times):
    """Milliseconds that so many runs took."""
    network, x = networks[id], inputs[id]
    began = time.perf_counter()
    for _ in range(times):
        network.run(x)
    return (time.perf_counter() - began) * 1000


def drop(id):
    networks.pop(id, None)
    inputs.pop(id, None)


answer({"start": start, "load": load, "give": give, "result": result, "run": run, "drop": drop})
