"""Fitting the logit scale (inverse temperature): how sharp a difference of cosines is.

The scale of least log loss of what is stated and can be tested: that the class of the likeliest
label is the right one. Guo et al., 2017, "On Calibration of Modern Neural Networks", fit the
likelihood of the right label; the loss of the stated confidence alone is a proper score of the very
number that users see, and photos of which the bundle can see no right label count as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from taggers.fitting.photos import Flags, Floats, Ints, LabelledPhotos
from taggers.scoring import Way, softmax
from weights.labels import department_of

SCALES: Floats = np.round(np.geomspace(4.0, 120.0, 80), 4)
LEAST_DEPARTMENT_PHOTOS = 150
"""A department with fewer photos takes the common scale."""

FOLDS = 5
CLEAR = 1.0
"""The standard errors by which a gain on photos not fitted on must exceed nothing."""

SURE = 1e-6
"""Confidences are held this far from 0 and 1, so that one photo costs no infinite loss."""


@dataclass(frozen=True)
class Scales:
    """The logit scale of all photos, and those of departments that have their own."""

    common: float
    departments: Mapping[str, float] = field(default_factory=dict)


def fit_scales(photos: LabelledPhotos, before: Scales | None = None, way: Way = softmax) -> Scales:
    """The common scale, and those of departments that are clearly better off with their own.

    A photo's department is that of its likeliest label. "Clearly": the loss of photos that a scale
    was not fitted on falls by more than `CLEAR` standard errors. A scale of `before` stays where a
    new one is not clearly better; a department that has too few photos keeps the one it has. `way`
    is how the label set's logits become probabilities.
    """
    table = _Losses(photos, way)
    everything = np.ones(len(photos), np.bool_)
    common = table.better(everything, before.common if before else None)
    departments = dict(before.departments) if before else {}
    for name in sorted({department_of(label) for label in photos.labels if "." in label}):
        rows = table.departments == name
        if rows.sum() >= LEAST_DEPARTMENT_PHOTOS:
            held = departments.get(name, common)
            found = table.better(rows, held)
            if found != held:
                departments[name] = found
    return Scales(common, departments)


class _Losses:
    """The log loss of every photo at every scale of the grid, N x S."""

    def __init__(self, photos: LabelledPhotos, way: Way) -> None:
        self._way = way
        labels = np.array([department_of(label) for label in photos.labels])
        self.departments = labels[photos.likeliest]
        self._photos = photos
        self._weights = photos.weights
        self._below = photos.cosines - photos.cosines.max(axis=1, keepdims=True)
        self._grid = np.stack([self._at(scale) for scale in SCALES], axis=1)

    def better(self, rows: Flags, held: float | None) -> float:
        """The scale fitted to `rows`, or `held` where that is not clearly better."""
        places = np.flatnonzero(rows)
        fitted = self._best(places)
        if held is None:
            return fitted
        if len(places) < 2 * FOLDS:
            return held
        gains = np.zeros(len(places))
        for judged in _folds(len(places)):
            others = self._best(places[~judged])
            at = int(np.flatnonzero(others == SCALES)[0])
            gains[judged] = self._at(held, places[judged]) - self._grid[places[judged], at]
        return fitted if _clear(gains, self._weights[places]) else held

    def _best(self, places: Ints) -> float:
        losses = np.average(self._grid[places], axis=0, weights=self._weights[places])
        return float(SCALES[int(losses.argmin())])

    def _at(self, scale: float, places: Ints | slice = slice(None)) -> Floats:
        probabilities = self._way(scale * self._below[places])
        stated = np.minimum((probabilities * self._photos.tested[places]).sum(axis=1), 1.0)
        right = self._photos.tested_right[places]
        held = np.clip(np.where(right, stated, 1 - stated), SURE, 1 - SURE)
        return np.asarray(-np.log(held))


def _folds(count: int) -> list[Flags]:
    return [np.arange(count) % FOLDS == one for one in range(FOLDS)]


def _clear(gains: Floats, weights: Floats) -> bool:
    mean = np.average(gains, weights=weights)
    error = np.sqrt((weights**2 * (gains - mean) ** 2).sum()) / weights.sum()
    return bool(mean > CLEAR * error)
