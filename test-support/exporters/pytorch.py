"""Exports segmentation networks of other people with random weights, as their users do.

Writes NAME.onnx with NAME.input and NAME.output (little-endian float32) into the folder that is its argument, and prints
the names with the input's shape. MONAI's networks always; by torch's newer exporter too where it can be had
(onnxscript), and those of segmentation-models-pytorch where it is installed.
"""

import contextlib
import importlib.util
import json
import sys
import warnings

import torch
from monai.networks import nets


def has(module):
    return importlib.util.find_spec(module) is not None


def networks():
    """Each by name, with the channels that it takes."""
    small = {"spatial_dims": 2, "in_channels": 1, "out_channels": 2}
    yield "monai-unet", 1, nets.UNet(**small, channels=(8, 16, 32), strides=(2, 2), num_res_units=1)
    yield "monai-basicunet", 1, nets.BasicUNet(**small, features=(8, 8, 16, 32, 32, 8))
    yield "monai-segresnet", 1, nets.SegResNet(**small, init_filters=8)
    yield "monai-attentionunet", 1, nets.AttentionUnet(**small, channels=(8, 16, 32), strides=(2, 2))
    if has("segmentation_models_pytorch"):
        import segmentation_models_pytorch as smp

        yield "smp-unet", 3, smp.Unet("resnet18", encoder_weights=None)
        yield "smp-fpn", 3, smp.FPN("mobilenet_v2", encoder_weights=None)
        yield "smp-deeplabv3plus", 3, smp.DeepLabV3Plus("resnet18", encoder_weights=None)
        yield "smp-manet", 1, smp.MAnet("resnet18", encoder_weights=None, in_channels=1, classes=3)


def export(folder):
    for name, channels, network in networks():
        network.eval()
        image = torch.rand(1, channels, 96, 96)
        with torch.no_grad():
            output = network(image)
        ways = {name: {"opset_version": 13}}
        if has("onnxscript"):
            ways = {name: {"opset_version": 17, "dynamo": False}, f"{name}-dynamo": {"dynamo": True, "external_data": False}}
        for way, options in ways.items():
            path = f"{folder}/{way}"
            names = {"input_names": ["image"], "output_names": ["logits"]}
            torch.onnx.export(network, (image,), f"{path}.onnx", **names, **options)
            image.numpy().astype("<f4").tofile(f"{path}.input")
            output.numpy().astype("<f4").tofile(f"{path}.output")
            yield {"name": way, "shape": list(image.shape)}


warnings.filterwarnings("ignore")
torch.manual_seed(0)
# Networks and exporters print what they like; this program prints its result.
with contextlib.redirect_stdout(sys.stderr):
    exported = list(export(sys.argv[1]))
print(json.dumps(exported))
