"""What the shipped thresholds do: how often a category is suggested, and how often it is right."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from taggers.category import CategoryTagger
from taggers.prompts import NOT_LISTING
from taggers.taxonomy import Taxonomy
from weights.calibration import SetEntry
from weights.labels import LabelCalibration, LabelMatrix, LabelSet, SetCalibration
from weights.train.calibrate import Labelled, fit_set


def cross_fitted(photos: Labelled, precision: float, taxonomy: Taxonomy) -> Mapping[str, float]:
    """Coverage and precision of suggested categories, and how often a photo of nothing for sale
    is given one; all 0..1, and 0 as the share of none.

    Thresholds are fitted on one half of the photos and judged on the other, both ways, so that no
    photo judges a threshold that it set.
    """
    halves = np.arange(len(photos.cosines)) % 2 == 0
    outcomes = [
        _decide(
            _part(photos, judged), fit_set(_part(photos, ~judged), precision, taxonomy), taxonomy
        )
        for judged in (halves, ~halves)
    ]
    for_sale, suggested, right = (np.concatenate(parts) for parts in zip(*outcomes, strict=True))
    return {
        "coverage": _share(suggested[for_sale]),
        "precision": _share(right[suggested & for_sale]),
        "not_listing_given_a_category": _share(suggested[~for_sale]),
    }


def _share(flags: np.ndarray) -> float:
    return round(float(flags.mean()), 4) if len(flags) else 0.0


def _part(photos: Labelled, rows: np.ndarray) -> Labelled:
    return replace(
        photos,
        cosines=photos.cosines[rows],
        right=photos.right[rows],
        weights=photos.weights[rows],
    )


def _decide(
    photos: Labelled, entry: SetEntry, taxonomy: Taxonomy
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each photo: is it for sale, was a category suggested, was that right."""
    known = {label: LabelCalibration(one.threshold) for label, one in entry.labels.items()}
    calibration = SetCalibration(
        entry.logit_scale,
        entry.default_threshold,
        frozenset(entry.visible),
        known,
        entry.least_confidence,
    )
    vectors = np.eye(len(photos.labels), dtype=np.float32)
    tagger = CategoryTagger(LabelSet(LabelMatrix(photos.labels, vectors), calibration), taxonomy)
    negative = np.array([label.startswith(NOT_LISTING) for label in photos.labels])
    for_sale = (photos.right & ~negative).any(axis=1)
    suggested = np.zeros(len(for_sale), bool)
    right = np.zeros(len(for_sale), bool)
    for row, cosines in enumerate(photos.cosines.astype(np.float32)):
        category = tagger.decide(tagger.score(cosines[None])).category
        if category is not None:
            below = {category.id, *taxonomy.descendants(category.id)}
            columns = np.array([label in below for label in photos.labels])
            suggested[row] = True
            right[row] = bool((photos.right[row] & columns).any())
    return for_sale, suggested, right
