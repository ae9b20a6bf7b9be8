"""Distances between the boundaries of two masks with SciPy, as medpy and MONAI compute them."""

import time

import numpy
import scipy
from calls import answer
from scipy import ndimage

masks = {}


def start():
    return {"version": scipy.__version__}


def give(id, predicted, reference, rows, columns):
    masks[id] = [numpy.fromfile(file, numpy.uint8).reshape(rows, columns) != 0 for file in (predicted, reference)]


def distances(predicted, reference):
    """Hausdorff distance and average symmetric surface distance, in pixels."""
    rows, columns = ndimage.find_objects((predicted | reference).astype(numpy.int32))[0]
    predicted, reference = predicted[rows, columns], reference[rows, columns]
    # The border counts as outside, so both masks are eroded with nothing around them.
    boundaries = [mask & ~ndimage.binary_erosion(mask) for mask in (predicted, reference)]
    there = ndimage.distance_transform_edt(~boundaries[1])[boundaries[0]]
    back = ndimage.distance_transform_edt(~boundaries[0])[boundaries[1]]
    hausdorff = max(there.max(), back.max())
    return float(hausdorff), float((there.sum() + back.sum()) / (there.size + back.size))


def measure(id):
    began = time.perf_counter()
    hausdorff, assd = distances(*masks[id])
    return {"ms": (time.perf_counter() - began) * 1000, "hausdorff": hausdorff, "assd": assd}


answer({"start": start, "give": give, "measure": measure})
