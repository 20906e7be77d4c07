"""What a bundle knows of each label: its text embedding, and how far its score can be trusted.

These are the types that the taggers share with the weights. They hold arrays and numbers alone, so
importing them costs nothing and needs no torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

Scoring = Literal["softmax", "levels", "independent"]
"""How cosines become probabilities; `taggers.scoring` defines each."""


@dataclass(frozen=True)
class LabelMatrix:
    """Text embeddings of one set of labels.

    `ids` are N label ids in row order; `vectors` is N x D float32 with rows of unit norm.
    """

    ids: tuple[str, ...]
    vectors: FloatArray

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.ids) != self.vectors.shape[0]:
            raise ValueError(f"{len(self.ids)} label ids for a matrix of {self.vectors.shape}")
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("label ids must be unique")


@dataclass(frozen=True)
class LabelCalibration:
    """One label's threshold on its calibrated probability, and what was measured there.

    `precision` and `recall` are those of suggesting the label at `threshold`, over `support`
    photos that carry it, none of them used in training. All lie in 0..1. `None` where the
    label had too few photos to measure: the set's `default_threshold` was used.
    """

    threshold: float
    precision: float | None = None
    recall: float | None = None
    support: int = 0


@dataclass(frozen=True)
class SetCalibration:
    """How the scores of one label set become probabilities and decisions.

    Probabilities are `softmax(logit_scale * cosine)` over the labels in `visible`, unless `scoring`
    names another way. A label that is not in `visible` is one the bundle was never shown to tell:
    it is never suggested. A photo whose likeliest label belongs to a department (`department_of`)
    of `department_scales` has that scale in place of `logit_scale`: all its probabilities, and the
    order of its labels is the same.

    `least_confidence` is the least probability of the likeliest label for anything to be suggested,
    a parent of it included: probability spread thinly over many labels is the mark of a photo that
    is like none of them.

    `calibrated` is False where scale and thresholds are defaults that were measured on no photos.
    """

    logit_scale: float
    default_threshold: float
    visible: frozenset[str]
    labels: Mapping[str, LabelCalibration] = field(default_factory=dict)
    least_confidence: float = 0.0
    department_scales: Mapping[str, float] = field(default_factory=dict)
    scoring: Scoring = "softmax"
    calibrated: bool = True

    def threshold(self, label: str) -> float:
        """The probability, 0..1, from which `label` is suggested."""
        known = self.labels.get(label)
        return self.default_threshold if known is None else known.threshold


def department_of(label: str) -> str:
    """The department of a label: the first part of its id, `food` of `food.fruit.apples`."""
    return label.partition(".")[0]


@dataclass(frozen=True)
class LabelSet:
    """One calibrated label set of a bundle.

    Sets are named `category` and `facet.<name>`. The rows of `category` are taxonomy node ids and
    `not_listing.<thing>`: what people photograph but do not sell (faces, animals, scenes). Both
    compete in one softmax, so that a photo of no product has somewhere to go.
    """

    matrix: LabelMatrix
    calibration: SetCalibration
