"""Distances between the boundaries of two masks with SciPy, and with MONAI where it is."""

import time

import numpy
import scipy
from calls import answer
from scipy import ndimage

try:
    import monai
    import torch
    from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance
except ImportError:
    monai = None

masks = {}


def start():
    return {"scipy": scipy.__version__, "monai": monai and monai.__version__}


def give(id, predicted, reference, shape, spacing):
    masks[id] = [numpy.fromfile(file, numpy.uint8).reshape(shape) != 0 for file in (predicted, reference)], spacing


def with_scipy(predicted, reference, spacing):
    """HD95 and ASSD. The masks are cut down to their box first, as ours are: the whole volume would take far longer."""
    box = ndimage.find_objects((predicted | reference).astype(numpy.int32))[0]
    predicted, reference = predicted[box], reference[box]
    # The border counts as outside, so both masks are eroded with nothing around them.
    boundaries = [mask & ~ndimage.binary_erosion(mask) for mask in (predicted, reference)]
    there = ndimage.distance_transform_edt(~boundaries[1], sampling=spacing)[boundaries[0]]
    back = ndimage.distance_transform_edt(~boundaries[0], sampling=spacing)[boundaries[1]]
    hd95 = max(numpy.percentile(there, 95), numpy.percentile(back, 95))
    return float(hd95), float((there.sum() + back.sum()) / (there.size + back.size))


def with_monai(predicted, reference, spacing):
    """The same by its public functions, each of which finds its distances for itself."""
    one_hot = [torch.from_numpy(mask[None, None]) for mask in (predicted, reference)]
    given = dict(include_background=True, spacing=[float(each) for each in spacing])
    hd95 = compute_hausdorff_distance(*one_hot, percentile=95, **given)
    return float(hd95), float(compute_average_surface_distance(*one_hot, symmetric=True, **given))


def measure(id, library):
    pair, spacing = masks[id]
    began = time.perf_counter()
    hd95, assd = {"scipy": with_scipy, "monai": with_monai}[library](*pair, spacing)
    return {"ms": (time.perf_counter() - began) * 1000, "hd95": hd95, "assd": assd}


answer({"start": start, "give": give, "measure": measure})
