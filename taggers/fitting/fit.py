"""Fitting one label set, from nothing or from what a bundle has."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from taggers.facets import NONE_OF_THESE
from taggers.fitting.decisions import decide, join_outcomes, outcome_figures
from taggers.fitting.photos import LabelledPhotos
from taggers.fitting.temperature import FOLDS, Scales, fit_scales
from taggers.fitting.thresholds import LEAST_THRESHOLD, default_threshold, label_thresholds
from taggers.scoring import label_scales, photo_probabilities, way_of
from taggers.taxonomy import Taxonomy
from weights.labels import SetCalibration


@dataclass(frozen=True)
class Fitting:
    """How to fit: the `precision` wanted of suggestions, 0..1; a `taxonomy` for a set of categories
    (none for a facet); and the calibration that is fitted again (`before`), if there is one.
    """

    precision: float
    taxonomy: Taxonomy | None = None
    before: SetCalibration | None = None


def fit_calibration(photos: LabelledPhotos, fitting: Fitting) -> SetCalibration:
    """The calibration that suits the photos.

    What the photos say too little of stays as it was `before`: scales that new ones would not
    clearly better, the thresholds of labels with too few photos, the visible labels, the least
    confidence. `none_of_these` has no threshold, not even one of `before`: it means to abstain.
    Raises ValueError for no photo.
    """
    if not len(photos):
        raise ValueError("there is no photo to fit on")
    before = fitting.before
    way = way_of(before.scoring if before else "softmax", photos.labels)
    scales = fit_scales(photos, _scales(before), way)
    start = before or SetCalibration(
        scales.common, 1.0, frozenset(photos.labels), least_confidence=LEAST_THRESHOLD
    )
    scaled = replace(start, logit_scale=scales.common, department_scales=scales.departments)
    probabilities = photo_probabilities(photos.cosines, label_scales(photos.labels, scaled), way)
    found = label_thresholds(photos, probabilities, fitting.precision, fitting.taxonomy)
    kept = {label: one for label, one in start.labels.items() if label != NONE_OF_THESE}
    known = {**kept, **found}
    default = default_threshold(
        photos,
        probabilities,
        fitting.precision,
        known,
        before.default_threshold if before else None,
    )
    return replace(scaled, default_threshold=default, labels=known, calibrated=True)


def cross_fitted_figures(photos: LabelledPhotos, fitting: Fitting) -> Mapping[str, float]:
    """The figures (`outcome_figures`) of photos that are judged by what was fitted without them.

    Every fifth photo is judged by the calibration fitted on the others, five times over.
    """
    fold = np.arange(len(photos)) % FOLDS
    judged = [(photos.take(fold == one), photos.take(fold != one)) for one in range(FOLDS)]
    return outcome_figures(
        join_outcomes(
            [
                decide(held_out, fit_calibration(others, fitting), fitting.taxonomy)
                for held_out, others in judged
                if len(held_out) and len(others)
            ]
        )
    )


def _scales(before: SetCalibration | None) -> Scales | None:
    return None if before is None else Scales(before.logit_scale, before.department_scales)
