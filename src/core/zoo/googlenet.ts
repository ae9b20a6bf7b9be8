import type { GraphBuilder } from "../onnx/builder";
import type { Value } from "../onnx/graph-assembly";
import {
  convReluUnit,
  linear,
  pooledHead,
  scaledChannels,
  type Classifier,
  type Encoder,
  type FeatureMap,
  type Norm,
} from "./blocks";

/**
 * GoogLeNet, Inception v1: Szegedy et al., "Going Deeper with Convolutions", CVPR 2015. Each module looks at its
 * input with windows of several sizes at once, and 1x1 convolutions before them keep that cheap: 22 layers with
 * a tenth of AlexNet's weights.
 */
interface GooglenetForm {
  /** Batch normalisation after each convolution, or none and local response normalisation in the stem. */
  norm: Norm;
  /** Window of the module's third branch. */
  wideKernel: 3 | 5;
  /** Window of the pooling before the last two modules. */
  lastPooling: 2 | 3;
}

/** Table 1 and figure 3. */
const published: GooglenetForm = { norm: "none", wideKernel: 5, lastPooling: 3 };

/**
 * torchvision's, ported from TensorFlow's: batch-normalised, after Ioffe & Szegedy 2015, and, as its authors
 * found too late to change it, with 3x3 windows where the paper has 5x5.
 */
const normalized: GooglenetForm = { norm: "batch", wideKernel: 3, lastPooling: 2 };

interface Module {
  name: string;
  one: number;
  /** 1x1 before the 3x3, and the 3x3. */
  three: readonly [reduced: number, channels: number];
  wide: readonly [reduced: number, channels: number];
  pooled: number;
}

/** Table 1, a line a module, in the three groups between which the maps are halved. */
const modules: readonly (readonly Module[])[] = [
  [
    { name: "3a", one: 64, three: [96, 128], wide: [16, 32], pooled: 32 },
    { name: "3b", one: 128, three: [128, 192], wide: [32, 96], pooled: 64 },
  ],
  [
    { name: "4a", one: 192, three: [96, 208], wide: [16, 48], pooled: 64 },
    { name: "4b", one: 160, three: [112, 224], wide: [24, 64], pooled: 64 },
    { name: "4c", one: 128, three: [128, 256], wide: [24, 64], pooled: 64 },
    { name: "4d", one: 112, three: [144, 288], wide: [32, 64], pooled: 64 },
    { name: "4e", one: 256, three: [160, 320], wide: [32, 128], pooled: 128 },
  ],
  [
    { name: "5a", one: 256, three: [160, 320], wide: [32, 128], pooled: 128 },
    { name: "5b", one: 384, three: [192, 384], wide: [48, 128], pooled: 128 },
  ],
];

/** The modules after which the auxiliary classifiers sit. */
const auxiliaryHeads: Record<string, string | undefined> = { "4a": "aux1", "4d": "aux2" };

/**
 * @param hasAuxiliaryHeads the two classifiers halfway up, outputs "aux1" and "aux2", whose losses (weighed 0.3)
 * help the gradient down in training: "at inference time, these auxiliary networks are discarded"
 */
const classifier =
  (form: GooglenetForm, hasAuxiliaryHeads: boolean): Classifier =>
  (net, image, { classes, width }) => {
    const onModule = (name: string, features: Value) => {
      const head = auxiliaryHeads[name];
      if (!hasAuxiliaryHeads || head === undefined) return;
      net.output(head, auxiliaryHead(net.scope(head), features, { form, classes, width }));
    };
    const last = googlenetFeatures(net, image, { form, width, onModule }).at(-1)!;
    return pooledHead(net, last.value, { classes, dropout: 0.4 });
  };

export const googlenet = classifier(normalized, false);
export const googlenetWithAuxiliaryHeads = classifier(normalized, true);
export const publishedGooglenet = classifier(published, false);
export const publishedGooglenetWithAuxiliaryHeads = classifier(published, true);

/** The batch-normalised network up to its last module. Strides 2, 4, 8, 16 and 32. */
export const googlenetEncoder: Encoder = (at, image, { width }) =>
  googlenetFeatures(at, image, { form: normalized, width, onModule: () => undefined });

interface FormAndWidth {
  form: GooglenetForm;
  width: number;
}

function googlenetFeatures(
  at: GraphBuilder,
  image: Value,
  { form, width, onModule }: FormAndWidth & { onModule: (name: string, features: Value) => void },
): FeatureMap[] {
  const maps: FeatureMap[] = [];
  const keep = (value: Value, stride: number, decoderChannels: number) => {
    maps.push({ value, stride, decoderChannels: scaledChannels(decoderChannels, width) });
    return value;
  };
  const unit = units(at, { form, width });
  const pool = (features: Value, kernel = 3) => at.maxPool(features, { kernel, stride: 2, ceil: true });

  const conv1 = keep(unit("1", image, { channels: 64, kernel: 7, stride: 2 }), 2, 64);
  const conv2 = unit("2", responseNorm(at, pool(conv1), form), { channels: 64, kernel: 1 });
  const conv3 = responseNorm(at, unit("3", conv2, { channels: 192, kernel: 3 }), form);
  let features = keep(conv3, 4, 64);
  modules.forEach((group, index) => {
    features = pool(features, index === 2 ? form.lastPooling : 3);
    for (const module of group) {
      features = inceptionModule(at.scope(`inception${module.name}`), features, { module, form, width });
      onModule(module.name, features);
    }
    features = keep(features, 8 * 2 ** index, 128 * 2 ** index);
  });
  return maps;
}

/** Figure 2b: four branches, of which every one keeps rows and columns, side by side. */
function inceptionModule(
  at: GraphBuilder,
  input: Value,
  { module: { one, three, wide, pooled }, form, width }: FormAndWidth & { module: Module },
): Value {
  const unit = units(at, { form, width });
  const reduced = (label: string, [reducedTo, channels]: readonly [number, number], kernel: number) =>
    unit(label, unit(`${label}reduce`, input, { channels: reducedTo, kernel: 1 }), { channels, kernel });
  const branches = [
    unit("1x1", input, { channels: one, kernel: 1 }),
    reduced("3x3", three, 3),
    reduced("5x5", wide, form.wideKernel),
    unit("pool", at.maxPool(input, { kernel: 3, stride: 1, padding: 1 }), { channels: pooled, kernel: 1 }),
  ];
  return at.concat(branches);
}

/** Section 5. Its 5x5 pooling with a stride of 3 makes 4 x 4 of 14 x 14; torchvision's adaptive one does nearly so. */
function auxiliaryHead(
  at: GraphBuilder,
  input: Value,
  { form, classes, width }: FormAndWidth & { classes: number },
): Value {
  const pooled = at.averagePool(input, { kernel: 5, stride: 3 });
  const reduced = units(at, { form, width })("1x1", pooled, { channels: 128, kernel: 1 });
  const hidden = at.relu(at.gemm("fc1", at.flatten(reduced), { features: scaledChannels(1024, width) }));
  return linear(at, "fc2", at.dropout(hidden, 0.7), classes);
}

/** A convolution, its normalisation if the form has it, and ReLU; rows and columns are kept at stride 1. */
function units(at: GraphBuilder, { form, width }: FormAndWidth) {
  return (
    label: string,
    input: Value,
    { channels, kernel, stride = 1 }: { channels: number; kernel: number; stride?: number },
  ): Value =>
    convReluUnit(at, label, input, {
      channels: scaledChannels(channels, width),
      kernel,
      stride,
      padding: (kernel - 1) / 2,
      norm: form.norm,
      // TensorFlow's, which torchvision keeps.
      epsilon: 1e-3,
    });
}

/** Figure 3's LocalRespNorm; its constants are not given, these are Caffe's. */
function responseNorm(at: GraphBuilder, input: Value, { norm }: GooglenetForm): Value {
  return norm === "batch"
    ? input
    : at.localResponseNorm(input, { size: 5, alpha: 1e-4, beta: 0.75, bias: 1 });
}
