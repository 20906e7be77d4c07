"""From image embeddings to the probabilities of one calibrated label set."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from weights.labels import FloatArray, LabelSet, SetCalibration, department_of

Probabilities = NDArray[np.float64]


class LabelScorer:
    """Scores photos against the visible labels of a set, `labels` in the order of its matrix.

    Raises ValueError where the calibration calls a label visible that has no embedding.
    """

    def __init__(self, label_set: LabelSet) -> None:
        matrix, calibration = label_set.matrix, label_set.calibration
        if missing := sorted(calibration.visible.difference(matrix.ids)):
            raise ValueError(f"visible labels without an embedding: {', '.join(missing)}")
        rows = [row for row, label in enumerate(matrix.ids) if label in calibration.visible]
        self.labels = tuple(matrix.ids[row] for row in rows)
        self._vectors: FloatArray = np.ascontiguousarray(matrix.vectors[rows], dtype=np.float32)
        self._scales = label_scales(self.labels, calibration)

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
        """Probabilities of V labels that sum to 1: softmax of each photo, averaged over photos.

        All zero where there is no photo.
        """
        if cosines.size == 0:
            return np.zeros(len(self.labels))
        probabilities: Probabilities = photo_probabilities(cosines, self._scales).mean(axis=0)
        return probabilities


def label_scales(labels: Sequence[str], calibration: SetCalibration) -> Probabilities:
    """The logit scale of a photo for each label that may be its likeliest, V float64."""
    own = calibration.department_scales
    return np.array(
        [own.get(department_of(label), calibration.logit_scale) for label in labels], np.float64
    )


def photo_probabilities(cosines: NDArray[np.floating], scales: Probabilities) -> Probabilities:
    """The probabilities of V labels for each of N photos on its own: N x V, rows that sum to 1.

    The softmax of the cosines times the logit scale, which is that of the photo's likeliest label
    (`scales` holds one a label): Guo et al., 2017, "On Calibration of Modern Neural Networks".
    """
    chosen = scales[cosines.argmax(axis=1)]
    return softmax(chosen[:, None] * cosines.astype(np.float64))


def softmax(logits: Probabilities) -> Probabilities:
    """Rows of probabilities that sum to 1, N x V."""
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
