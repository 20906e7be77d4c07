"""From image embeddings to the probabilities of one calibrated label set."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from taggers.facets import NONE_OF_THESE
from taggers.levels import Levels
from weights.labels import FloatArray, LabelSet, Scoring, SetCalibration, department_of

Probabilities = NDArray[np.float64]

MOST_TRUE = 3
"""As many independent labels as may be likelier than not of one photo."""

Way = Callable[[Probabilities], Probabilities]
"""A way from logits to probabilities, N x V both."""


class LabelScorer:
    """Scores photos against the visible labels of a set, `labels` in the order of its matrix.

    Raises ValueError where the calibration calls a label visible that has no embedding, and what
    `way_of` raises.
    """

    def __init__(self, label_set: LabelSet) -> None:
        matrix, calibration = label_set.matrix, label_set.calibration
        if missing := sorted(calibration.visible.difference(matrix.ids)):
            raise ValueError(f"visible labels without an embedding: {', '.join(missing)}")
        rows = [row for row, label in enumerate(matrix.ids) if label in calibration.visible]
        self.labels = tuple(matrix.ids[row] for row in rows)
        self._vectors: FloatArray = np.ascontiguousarray(matrix.vectors[rows], dtype=np.float32)
        self._scales = label_scales(self.labels, calibration)
        self._way = way_of(calibration.scoring, self.labels)

    def measure(self, embeddings: FloatArray) -> FloatArray:
        """Cosines of N photos with V visible labels: N x V float32 in -1..1.

        `embeddings` is N x D float32, rows of unit norm, one for each readable photo of a listing;
        N may be 0. Raises ValueError for another shape or for values that are not finite.
        """
        width = self._vectors.shape[1]
        if embeddings.ndim != 2 or embeddings.shape[1] != width:
            raise ValueError(f"embeddings of shape {embeddings.shape}, expected N x {width}")
        if not np.isfinite(embeddings).all():
            raise ValueError("embeddings must be finite")
        cosines: FloatArray = embeddings.astype(np.float32, copy=False) @ self._vectors.T
        return np.clip(cosines, np.float32(-1), np.float32(1))

    def score(self, cosines: FloatArray) -> Probabilities:
        """Probabilities of V labels, those of each photo averaged over photos.

        All zero where there is no photo. They sum to 1 unless the set's labels are independent.
        """
        if cosines.size == 0:
            return np.zeros(len(self.labels))
        return np.asarray(self.score_each(cosines).mean(axis=0))

    def score_each(self, cosines: FloatArray) -> Probabilities:
        """Probabilities of V labels for each of N photos on its own, N x V."""
        return photo_probabilities(cosines, self._scales, self._way)


def label_scales(labels: Sequence[str], calibration: SetCalibration) -> Probabilities:
    """The logit scale of a photo for each label that may be its likeliest, V float64."""
    own = calibration.department_scales
    return np.array(
        [own.get(department_of(label), calibration.logit_scale) for label in labels], np.float64
    )


def photo_probabilities(
    cosines: NDArray[np.floating], scales: Probabilities, way: Way | None = None
) -> Probabilities:
    """The probabilities of V labels for each of N photos on its own, N x V in 0..1.

    By default the softmax of the cosines times the logit scale, which is that of the photo's
    likeliest label (`scales` holds one a label): Guo et al., 2017, "On Calibration of Modern Neural
    Networks". `way` may be another one.
    """
    chosen = scales[cosines.argmax(axis=1)]
    return (way or softmax)(chosen[:, None] * cosines.astype(np.float64))


def way_of(scoring: Scoring, labels: Sequence[str]) -> Way:
    """How the logits of V labels become probabilities.

    `softmax` has all labels compete; `levels` has them compete at each level of their tree
    (`taggers.levels`); `independent` has each compete with 'none of these' alone. A bias that is
    the same for every label, such as that of SigLIP's sigmoid, cancels in all of them. Raises
    ValueError for independent labels among which `none_of_these` is not.
    """
    if scoring == "levels":
        return Levels(labels).probabilities
    if scoring == "independent":
        if NONE_OF_THESE not in labels:
            raise ValueError(f"independent labels need '{NONE_OF_THESE}' to compete with")
        none = list(labels).index(NONE_OF_THESE)
        return lambda logits: independent(logits, none)
    return softmax


def independent(logits: Probabilities, none: int) -> Probabilities:
    """The probability of each label beside 'none of these' in a softmax of two, N x V.

    What a label must beat is the logit of column `none` or that of the label next after the
    `MOST_TRUE` likeliest, whichever is greater: of forty labels some are always ahead of most by
    chance, and phrases for 'none of these' that a model makes little of must not make all of them
    true. The column `none` itself holds what the likeliest label leaves.
    """
    others = np.delete(logits, none, axis=1)
    count = others.shape[1]
    if not count:
        return np.ones_like(logits)
    beaten = logits[:, none]
    if count > 1:
        place = count - 1 - min(MOST_TRUE, count - 1)
        beaten = np.maximum(beaten, np.partition(others, place, axis=1)[:, place])
    found = np.exp(-np.logaddexp(0.0, beaten[:, None] - logits))
    found[:, none] = 1 - np.delete(found, none, axis=1).max(axis=1)
    return np.asarray(found)


def softmax(logits: Probabilities) -> Probabilities:
    """Rows of probabilities that sum to 1, N x V."""
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
