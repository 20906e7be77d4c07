"""From image embeddings to the probabilities of one calibrated label set."""

import numpy as np
from numpy.typing import NDArray

from weights.labels import FloatArray, LabelSet

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
        self._logit_scale = calibration.logit_scale

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
        logits = self._logit_scale * cosines.astype(np.float64)
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: Probabilities = (weights / weights.sum(axis=1, keepdims=True)).mean(axis=0)
        return probabilities
