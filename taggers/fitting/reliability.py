"""How far stated confidences can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15
NOISE_DRAWS, NOISE_SEED = 200, 17

Confidences = NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """Photos of like confidence: how many, their mean confidence, and the share that is right."""

    lower: float
    upper: float
    photos: int
    confidence: float
    accuracy: float


def reliability(
    confidence: Confidences, right: NDArray[np.bool_], bins: int = BINS
) -> tuple[Bin, ...]:
    """The bins of equal width over 0..1 that hold any photo."""
    place = _places(confidence, bins)
    held = ((one, place == one) for one in range(bins))
    return tuple(
        Bin(
            one / bins,
            (one + 1) / bins,
            int(inside.sum()),
            float(confidence[inside].mean()),
            float(right[inside].mean()),
        )
        for one, inside in held
        if inside.any()
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error (Naeini et al., 2015); None without photos.

    The mean distance between confidence and accuracy, each bin counting as its photos do.
    """
    photos = sum(one.photos for one in bins)
    if not photos:
        return None
    return sum(one.photos * abs(one.confidence - one.accuracy) for one in bins) / photos


def calibration_noise(confidence: Confidences, bins: int = BINS) -> float | None:
    """The calibration error that confidences which are exactly true would show by chance.

    The mean over 200 draws, of a fixed seed, of photos that are right as often as is stated
    (Brocker and Smith, 2007, "Increasing the Reliability of Reliability Diagrams"). It falls with
    the square root of the number of photos. None without photos.
    """
    if not len(confidence):
        return None
    random = np.random.default_rng(NOISE_SEED)
    place = _places(confidence, bins)
    stated = np.bincount(place, confidence, bins)
    errors = []
    for _ in range(NOISE_DRAWS):
        right = random.random(len(confidence)) < confidence
        errors.append(np.abs(stated - np.bincount(place, right, bins)).sum())
    return float(np.mean(errors) / len(confidence))


def _places(confidence: Confidences, bins: int) -> NDArray[np.int64]:
    return np.minimum((confidence * bins).astype(np.int64), bins - 1)
