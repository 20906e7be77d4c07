"""Fitting a bundle's calibration: temperature, visible labels, and a threshold for each label.

Works on N x V cosines of photos that took no part in training. Rooms of the taxonomy are handled as
`taggers.CategoryTagger` decides: a leaf from its threshold, else the nearest parent from its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from taggers.prompts import NOT_LISTING
from taggers.taxonomy import Taxonomy
from weights.calibration import LabelEntry, SetEntry

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SCALES = np.exp(np.linspace(np.log(4.0), np.log(120.0), 120))
LEAST_SUGGESTIONS = 15
LEAST_THRESHOLD, MOST_THRESHOLD = 0.3, 0.99


@dataclass(frozen=True)
class Labelled:
    """Photos with known labels: N x V cosines, N x V flags of the right labels, N weights."""

    labels: tuple[str, ...]
    cosines: Floats
    right: Flags
    weights: Floats


def softmax(logits: Floats) -> Floats:
    """Rows that sum to 1."""
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def fit_scale(photos: Labelled) -> float:
    """The logit scale (inverse temperature) of least negative log-likelihood.

    Guo et al., 2017, "On Calibration of Modern Neural Networks", with the summed probability of all
    right labels as the likelihood.
    """
    losses = []
    for scale in SCALES:
        held = (softmax(scale * photos.cosines) * photos.right).sum(axis=1)
        losses.append(-np.average(np.log(held + 1e-12), weights=photos.weights))
    return float(SCALES[int(np.argmin(losses))])


def least_threshold(
    confidence: Floats, right: Flags, precision: float, weights: Floats | None = None
) -> float | None:
    """The least confidence from which suggestions reach `precision`; None with too few of them.

    `weights` says how much each photo counts. Confidences below `LEAST_THRESHOLD` are never taken,
    whatever their precision. `MOST_THRESHOLD` stands for all above it, and for a precision that is
    not reached.
    """
    if len(confidence) < LEAST_SUGGESTIONS:
        return None
    counts = np.ones(len(confidence)) if weights is None else weights
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    last_of_equals = np.append(ranked[:-1] > ranked[1:], True)
    allowed = last_of_equals & (ranked >= LEAST_THRESHOLD) & (np.arange(len(order)) >= 4)
    reached = np.cumsum((right * counts)[order]) / np.cumsum(counts[order])
    enough = np.flatnonzero((reached >= precision) & allowed)
    if len(enough) == 0:
        return MOST_THRESHOLD
    return min(float(ranked[enough[-1]]), MOST_THRESHOLD)


def fit_set(photos: Labelled, precision: float, taxonomy: Taxonomy | None = None) -> SetEntry:
    """Fits one label set; with a taxonomy, thresholds for the parents of its labels as well."""
    scale = fit_scale(photos)
    probabilities = softmax(scale * photos.cosines)
    rows = np.arange(len(probabilities))
    best = probabilities.argmax(axis=1)
    confidence = probabilities[rows, best]
    right = photos.right[rows, best]
    labels: dict[str, LabelEntry] = {}
    for label, columns in _groups(photos.labels, taxonomy).items():
        inside = columns[best]
        entry = _entry(
            probabilities[:, columns].sum(axis=1)[inside],
            _consistent(photos.right, columns)[inside],
            photos.weights[inside],
            precision,
            support=int(_consistent(photos.right, columns).sum()),
        )
        if entry is not None:
            labels[label] = entry
    default = least_threshold(confidence, right, precision, photos.weights)
    return SetEntry(
        logit_scale=round(scale, 4),
        default_threshold=MOST_THRESHOLD if default is None else round(default, 4),
        least_confidence=LEAST_THRESHOLD,
        visible=photos.labels,
        labels=dict(sorted(labels.items())),
        measured={
            "photos": len(best),
            "top1": round(float(right.mean()), 4),
            "expected_calibration_error": round(calibration_error(confidence, right), 4),
        },
    )


def _groups(labels: tuple[str, ...], taxonomy: Taxonomy | None) -> Mapping[str, Flags]:
    """What may be suggested, each with flags of the labels that it stands for: itself, and below.

    Without a taxonomy these are the labels; with one, its nodes among them and their parents.
    """
    if taxonomy is None:
        return {label: np.array([other == label for other in labels]) for label in labels}
    nodes = [label for label in labels if not label.startswith(NOT_LISTING)]
    parents = {parent for node in nodes for parent in taxonomy.ancestors(node)}
    groups = {}
    for node in sorted({*nodes, *parents}):
        below = {node, *taxonomy.descendants(node)}
        groups[node] = np.array([label in below for label in labels])
    return groups


def _consistent(right: Flags, columns: Flags) -> Flags:
    """Of which photos some right label is among `columns`.

    A data set's label may stand for several nodes ("outwear"): any of them agrees with it.
    """
    return np.asarray((right & columns).any(axis=1))


def _entry(
    confidence: Floats, right: Flags, weights: Floats, precision: float, support: int
) -> LabelEntry | None:
    threshold = least_threshold(confidence, right, precision, weights)
    if threshold is None:
        return None
    threshold = round(threshold, 4)
    held = confidence >= threshold
    return LabelEntry(
        threshold=threshold,
        precision=round(float(right[held].mean()), 4) if held.any() else None,
        recall=round(min(1.0, float(right[held].sum() / support)), 4) if support else None,
        support=support,
    )


def calibration_error(confidence: Floats, right: Flags, bins: int = 15) -> float:
    """Expected calibration error over equal-width bins (Naeini et al., 2015)."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for one in range(bins):
        held = place == one
        if held.any():
            error += held.mean() * abs(confidence[held].mean() - right[held].mean())
    return float(error)


def stack(parts: Sequence[Labelled]) -> Labelled:
    """Photos of several data sets as one."""
    return Labelled(
        parts[0].labels,
        np.concatenate([part.cosines for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


def with_negatives(photos: Labelled, share: float) -> Labelled:
    """The same photos, those of nothing for sale weighing `share` of the whole."""
    negative = np.array([label.startswith(NOT_LISTING) for label in photos.labels])
    unsold = ~(photos.right & ~negative).any(axis=1)
    weights = photos.weights.copy()
    weights[unsold] *= share / weights[unsold].sum()
    weights[~unsold] *= (1 - share) / weights[~unsold].sum()
    return replace(photos, weights=weights)
