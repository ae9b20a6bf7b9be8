"""
Writes the GraphModels beside this file, with the converter that everybody uses: needs tensorflow-cpu 2.21, tf-keras
and tensorflowjs 4.22. TF_ENABLE_ONEDNN_OPTS=0 keeps TensorFlow's optimiser from operations that TensorFlow.js lacks.

    TF_ENABLE_ONEDNN_OPTS=0 python export.py FOLDER
"""

import os
import sys
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"
import tensorflow as tf
import tf_keras as keras
from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter

layers = keras.layers


def unet():
    """Free sizes: strides, both ways of enlarging, dilation, squeeze-and-excitation, hard-swish."""
    picture = a = layers.Input((None, None, 3), name="picture")

    def block(x, filters, **options):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, **options)(x)
        x = layers.BatchNormalization()(x)
        return layers.ReLU(6.0)(x)

    a = block(layers.Rescaling(1 / 127.5, -1)(a), 6)
    b = layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False)(a)
    b = layers.BatchNormalization()(b)
    b = layers.Multiply()([b, layers.ReLU(6.0)(b + 3.0) / 6.0])
    c = block(layers.MaxPooling2D(3, strides=2, padding="same")(b), 8)
    gate = layers.GlobalAveragePooling2D(keepdims=True)(c)
    gate = layers.Conv2D(8, 1, activation="sigmoid")(layers.Conv2D(4, 1, activation="relu")(gate))
    c = layers.Multiply()([c, gate])
    c = layers.SeparableConv2D(8, 3, padding="same", dilation_rate=2, activation="relu")(c)
    c = layers.LeakyReLU(0.1)(layers.Conv2D(8, 3, padding="same", dilation_rate=3)(c))
    d = layers.Concatenate()([layers.Conv2DTranspose(6, 4, strides=2, padding="same")(c), b])
    e = layers.Concatenate()([layers.UpSampling2D(interpolation="bilinear")(block(d, 6)), a])
    return keras.Model(picture, layers.Conv2D(3, 1, activation="softmax", name="tissue")(e))


class Labels(tf.Module):
    """Whole numbers in, labels out, as DeepLab is exported; sizes are computed in the graph."""

    def __init__(self):
        super().__init__()
        weight = lambda *shape: tf.Variable(tf.random.normal(shape, stddev=(shape[0] * shape[1] * shape[2]) ** -0.5))
        self.stem, self.each, self.head = weight(3, 3, 3, 8), weight(3, 3, 8, 1), weight(1, 1, 8, 4)

    @tf.function(input_signature=[tf.TensorSpec((1, None, None, 3), tf.int32, name="ImageTensor")])
    def __call__(self, image):
        x = tf.cast(image, tf.float32) * (2 / 255) - 1
        x = tf.nn.relu6(tf.nn.conv2d(x, self.stem, 2, "SAME"))
        x = tf.nn.relu(tf.nn.depthwise_conv2d(x, self.each, [1, 1, 1, 1], "SAME", dilations=[2, 2]))
        whole = tf.image.resize(tf.reduce_mean(x, [1, 2], keepdims=True), tf.shape(x)[1:3])
        x = tf.nn.conv2d(x - whole, self.head, 1, "SAME")
        x = tf.compat.v1.image.resize_bilinear(x, tf.shape(image)[1:3], align_corners=True)
        return {"SemanticPredictions": tf.argmax(x, 3, output_type=tf.int32)}


def export(name, saved, **options):
    converter.convert_tf_saved_model(saved, os.path.join(sys.argv[1], name), **options)


keras.utils.set_random_seed(5)
with tempfile.TemporaryDirectory() as work:
    network = unet()
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([keras.backend.random_uniform(each.shape, 0.5, 1.5).numpy() for each in layer.get_weights()])
    tf.saved_model.save(network, work + "/unet")
    labels = Labels()
    tf.saved_model.save(labels, work + "/labels", signatures=labels.__call__.get_concrete_function())
    export("unet", work + "/unet", quantization_dtype_map={"float16": "*"}, weight_shard_size_bytes=4096)
    export("labels", work + "/labels")
