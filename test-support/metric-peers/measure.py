"""Measures pairs of masks with other people's libraries, one row of figures a pair; null where they have no answer.

Our boundary (an inside pixel with an outside neighbour of 4 or 6, the image's border being outside) is MONAI's without
sub-voxels: SciPy's binary_erosion with its default cross and nothing around it. DeepMind's surface-distance, and MONAI
with sub-voxels, put boundary elements between the pixels and weigh them by area: their figures are others.
MONAI computes lengths in single precision, so SciPy's double precision is asked for the same definitions too.
"""

import json
import math
import sys
import warnings

import numpy as np
import torch
from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance, compute_surface_dice
from monai.metrics.panoptic_quality import compute_panoptic_quality
from monai.metrics.utils import get_edge_surface_distance
from scipy import ndimage
from scipy.spatial.distance import directed_hausdorff
from skimage.metrics import contingency_table, hausdorff_distance
from sklearn import metrics as sklearn
from sklearn.calibration import calibration_curve
from sklearn.exceptions import UndefinedMetricWarning

warnings.simplefilter("ignore")
# scikit-learn warns where a score is undefined and then gives 0: a warning is our null.
warnings.simplefilter("error", UndefinedMetricWarning)


def or_none(compute):
    try:
        value = float(compute())
    except (UndefinedMetricWarning, ZeroDivisionError):
        return None
    return float(f"{value:.9g}") if math.isfinite(value) else None


def overlap(predicted, reference):
    given = reference.ravel(), predicted.ravel()
    (tn, fp), (fn, tp) = sklearn.confusion_matrix(*given, labels=[False, True]).tolist()
    return {
        "dice": lambda: sklearn.f1_score(*given),
        "iou": lambda: sklearn.jaccard_score(*given),
        "precision": lambda: sklearn.precision_score(*given),
        "recall": lambda: sklearn.recall_score(*given),
        "specificity": lambda: sklearn.recall_score(*given, pos_label=False),
        "volumeSimilarity": lambda: 1 - abs(fn - fp) / (2 * tp + fp + fn),
        "relativeVolumeDifference": lambda: (fp - fn) / (tp + fn),
        "kappa": lambda: sklearn.cohen_kappa_score(*given, labels=[False, True]),
    }


def boundary(mask):
    return mask & ~ndimage.binary_erosion(mask)


def inner_band(mask, sampling, width):
    depth = ndimage.distance_transform_edt(np.pad(mask, 1), sampling=sampling)
    return mask & (depth[tuple(slice(1, -1) for _ in mask.shape)] <= width * (1 + 1e-12))


def hausdorff(a, b, spacing, sampling):
    if spacing is None:
        return hausdorff_distance(a, b)
    u, v = np.argwhere(a) * sampling, np.argwhere(b) * sampling
    return max(directed_hausdorff(u, v)[0], directed_hausdorff(v, u)[0])


def percentile_of_monai(predicted, reference, sampling):
    """MONAI's distances with NumPy's percentile: its own rounds the place between two neighbours to 24 bits."""
    masks = torch.from_numpy(predicted), torch.from_numpy(reference)
    _, distances, _ = get_edge_surface_distance(*masks, spacing=sampling, symmetric=True)
    return max(np.percentile(each.double().numpy(), 95) if len(each) else math.nan for each in distances)


def boundaries(predicted, reference, spacing, tolerance):
    sampling = [1.0] * predicted.ndim
    if spacing is not None:
        sampling = [float(each) for each in (spacing[2:] if predicted.ndim == 3 else []) + spacing[:2]]
    one_hot = [torch.from_numpy(mask[None, None]) for mask in (predicted, reference)]
    monai = dict(include_background=True, spacing=sampling)
    width = max(tolerance, *sampling[-2:])
    bands = inner_band(predicted, sampling, width), inner_band(reference, sampling, width)
    figures = {
        "surfaceDice": lambda: compute_surface_dice(*one_hot, [tolerance], **monai),
        "boundaryIou": lambda: (bands[0] & bands[1]).sum() / (bands[0] | bands[1]).sum(),
        "hausdorff (MONAI)": lambda: compute_hausdorff_distance(*one_hot, **monai),
        "hd95 (MONAI)": lambda: percentile_of_monai(predicted, reference, sampling),
        "asd (MONAI)": lambda: compute_average_surface_distance(*one_hot, **monai),
        "assd (MONAI)": lambda: compute_average_surface_distance(*one_hot, symmetric=True, **monai),
    }
    if not predicted.any() or not reference.any():
        return {**dict.fromkeys(("hausdorff", "hd95", "asd", "assd"), lambda: math.nan), **figures}
    a, b = boundary(predicted), boundary(reference)
    there = ndimage.distance_transform_edt(~b, sampling=sampling)[a]
    back = ndimage.distance_transform_edt(~a, sampling=sampling)[b]
    return {
        "hausdorff": lambda: hausdorff(a, b, spacing, sampling),
        "hd95": lambda: max(np.percentile(there, 95), np.percentile(back, 95)),
        "asd": lambda: there.mean(),
        "assd": lambda: np.concatenate([there, back]).mean(),
        **figures,
    }


def aggregated_jaccard(predicted, reference):
    """Kumar et al. 2017, equation 1, from scikit-image's contingency table; no library has it."""
    shared = contingency_table(reference, predicted).toarray().astype(int)
    own, wanted = shared.sum(0), shared.sum(1)
    intersection = union = 0
    chosen = set()
    for each in range(1, len(wanted)):
        unions = wanted[each] + own[1:] - shared[each, 1:]
        ious = shared[each, 1:] / unions
        if ious.size == 0 or ious.max() == 0:
            union += wanted[each]
            continue
        best = int(ious.argmax())
        chosen.add(best)
        intersection += shared[each, 1 + best]
        union += unions[best]
    union += sum(own[1 + each] for each in range(len(own) - 1) if each not in chosen)
    return int(intersection) / int(union)


def objects(predicted, reference):
    (own, own_count), (wanted, wanted_count) = ndimage.label(predicted), ndimage.label(reference)
    if own_count == 0 or wanted_count == 0:
        tp, quality = 0, 0.0
    else:
        flat = [torch.from_numpy(each.reshape(1, -1)) for each in (own, wanted)]
        tp, fp, fn, quality = compute_panoptic_quality(*flat, output_confusion_matrix=True).tolist()
        assert (tp + fp, tp + fn) == (own_count, wanted_count)
    return {
        "objectPrecision": lambda: tp / own_count,
        "objectRecall": lambda: tp / wanted_count,
        "objectF1": lambda: 2 * tp / (own_count + wanted_count),
        "segmentationQuality": lambda: quality / tp,
        "panopticQuality": lambda: 2 * quality / (own_count + wanted_count),
        "aggregatedJaccard": lambda: aggregated_jaccard(own, wanted),
    }


def calibration(probability, reference, bins=15):
    given = reference.ravel(), probability.ravel()
    shares, means = calibration_curve(*given, n_bins=bins)
    # As calibration_curve has them, a bin has its upper end.
    places = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], given[1])
    counts = np.bincount(places, minlength=bins)
    return {
        "expectedCalibrationError": lambda: (np.abs(shares - means) * counts[counts > 0]).sum() / counts.sum(),
        "brier": lambda: sklearn.brier_score_loss(*given, pos_label=True),
    }


def main(path):
    bytes_of = memoryview(open(path, "rb").read())
    columns, rows, at = None, [], 0
    for case in json.load(sys.stdin):
        count = math.prod(case["shape"])
        predicted, reference = (
            np.frombuffer(bytes_of, np.uint8, count, at + each * count).reshape(case["shape"]) != 0 for each in (0, 1)
        )
        probability = np.frombuffer(bytes(bytes_of[at + 2 * count : at + 6 * count]), "<f4").astype(np.float64)
        at += 6 * count
        figures = {
            **overlap(predicted, reference),
            **boundaries(predicted, reference, case["spacingMm"], case["tolerance"]),
            **objects(predicted, reference),
            **calibration(probability, reference),
        }
        columns = columns or list(figures)
        rows.append([or_none(figures[key]) for key in columns])
    print(json.dumps({"columns": columns, "rows": rows}))


main(sys.argv[1])
