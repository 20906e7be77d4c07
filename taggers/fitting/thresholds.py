"""The least confidence from which a label is suggested, for the precision that is wanted."""

from collections.abc import Mapping

import numpy as np

from taggers.facets import NONE_OF_THESE
from taggers.fitting.photos import Flags, Floats, LabelledPhotos
from taggers.prompts import NOT_LISTING
from taggers.taxonomy import Taxonomy
from weights.labels import LabelCalibration

LEAST_SUGGESTIONS = 15
"""A label that is the likeliest of fewer photos has no threshold of its own."""

LEAST_THRESHOLD, MOST_THRESHOLD = 0.3, 0.99
DIGITS = 4
"""Of thresholds, so that what is measured is measured at the threshold that is stored."""


def least_threshold(
    confidence: Floats, right: Floats | Flags, precision: float, weights: Floats
) -> float | None:
    """The least confidence from which suggestions reach `precision`; None with too few of them.

    `right` is how far each photo is right, 0..1, and `weights` how much it counts. A confidence
    below `LEAST_THRESHOLD` is never taken, whatever its precision. `MOST_THRESHOLD` stands for all
    above it, and for a precision that is not reached.
    """
    if len(confidence) < LEAST_SUGGESTIONS:
        return None
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    last_of_equals = np.append(ranked[:-1] > ranked[1:], True)
    allowed = last_of_equals & (ranked >= LEAST_THRESHOLD) & (np.arange(len(order)) >= 4)
    reached = np.cumsum((right * weights)[order]) / np.cumsum(weights[order])
    enough = np.flatnonzero((reached >= precision) & allowed)
    if len(enough) == 0:
        return MOST_THRESHOLD
    return min(float(ranked[enough[-1]]), MOST_THRESHOLD)


def label_thresholds(
    photos: LabelledPhotos, probabilities: Floats, precision: float, taxonomy: Taxonomy | None
) -> Mapping[str, LabelCalibration]:
    """The thresholds of all labels with enough photos; with a taxonomy, of their parents as well.

    What is never suggested has none: `none_of_these`, and with a taxonomy what is not for sale.

    A parent stands for all below it. It is right where the photo's label names any of them. Where
    that label stands for more ("pants" for jeans and six other kinds), it cannot say whether jeans
    are right: the photo then counts as right by the share of the label's probability that jeans
    have, so that coarse labels do not let fine ones through.
    """
    found = {}
    for label, below in _groups(photos.labels, taxonomy).items():
        columns = np.array([one in below for one in photos.labels])
        inside = columns[photos.likeliest]
        agrees = photos.agrees_with(below)
        stated = probabilities[inside][:, columns].sum(axis=1)
        testable = photos.agreeing_labels(below)[photos.column[inside]]
        tested = (probabilities[inside] * testable).sum(axis=1)
        one = _calibrate(
            stated,
            agrees[inside] * (stated / tested),
            photos.weights[inside],
            precision,
            support=int(agrees.sum()),
        )
        if one is not None:
            found[label] = one
    return found


def default_threshold(
    photos: LabelledPhotos,
    probabilities: Floats,
    precision: float,
    known: Mapping[str, LabelCalibration],
    before: float | None = None,
) -> float:
    """The threshold of all labels that have none in `known`.

    It is fitted on the photos whose likeliest label is one of these. With too few of them, it is
    `before`, or without one fitted on all photos. Those of which `none_of_these` or a thing that
    is not for sale is likeliest do not count, for there nothing is suggested.
    """
    abstains = [one == NONE_OF_THESE or one.startswith(NOT_LISTING) for one in photos.labels]
    by_label = ~np.array(abstains)[photos.likeliest]
    photos, probabilities = photos.take(by_label), probabilities[by_label]
    confidence = probabilities[np.arange(len(photos)), photos.likeliest]
    right = photos.tested_right
    unknown = np.array([label not in known for label in photos.labels])[photos.likeliest]
    held = least_threshold(confidence[unknown], right[unknown], precision, photos.weights[unknown])
    if held is None:
        held = before
    if held is None:
        held = least_threshold(confidence, right, precision, photos.weights)
    return MOST_THRESHOLD if held is None else round(held, DIGITS)


def _groups(labels: tuple[str, ...], taxonomy: Taxonomy | None) -> Mapping[str, frozenset[str]]:
    """What may be suggested, each with what it stands for: itself, and all below it.

    Without a taxonomy these are the labels; with one, its nodes among them and their parents.
    """
    if taxonomy is None:
        return {label: frozenset({label}) for label in labels if label != NONE_OF_THESE}
    nodes = [label for label in labels if not label.startswith(NOT_LISTING)]
    parents = {parent for node in nodes for parent in taxonomy.ancestors(node)}
    return {
        node: frozenset({node, *taxonomy.descendants(node)}) for node in sorted({*nodes, *parents})
    }


def _calibrate(
    confidence: Floats, right: Floats, weights: Floats, precision: float, support: int
) -> LabelCalibration | None:
    threshold = least_threshold(confidence, right, precision, weights)
    if threshold is None:
        return None
    threshold = round(threshold, DIGITS)
    held = confidence >= threshold
    return LabelCalibration(
        threshold=threshold,
        precision=float(right[held].mean()) if held.any() else None,
        recall=min(1.0, float(right[held].sum() / support)) if support else None,
        support=support,
    )
