"""The caller's own labels that a listing's photos are nearest to, without any training."""

from dataclasses import dataclass

import numpy as np

from taggers.results import OwnLabelMatch
from taggers.scoring import LabelScorer, Probabilities
from weights.labels import FloatArray, LabelMatrix, LabelSet, SetCalibration

MAX_MATCHES = 10


@dataclass(frozen=True, eq=False)
class OwnLabelCosines:
    """Cosines, float32 in -1..1, of N photos with the V own and the K category labels."""

    own: FloatArray
    category: FloatArray


@dataclass(frozen=True, eq=False)
class OwnLabelScores:
    """Figures of the V own labels, over the photos: see `OwnLabelMatch`. All zero for no photo."""

    similarities: Probabilities
    scores: Probabilities
    fits: Probabilities


class OwnLabelTagger:
    """Ranks labels that the bundle was not calibrated for, and says how well each of them fits.

    `labels` holds their text embeddings, by name; `category` is the bundle's calibrated set, which
    lends its logit scale, and its visible labels to be compared with.
    """

    def __init__(self, labels: LabelMatrix, category: LabelSet) -> None:
        self._scale = category.calibration.logit_scale
        everything = SetCalibration(self._scale, 0.0, frozenset(labels.ids))
        self._own = LabelScorer(LabelSet(labels, everything))
        self._category = LabelScorer(category)

    def measure(self, embeddings: FloatArray) -> OwnLabelCosines:
        """Cosines of N unit-norm embeddings, N x D float32; N may be 0."""
        return OwnLabelCosines(self._own.measure(embeddings), self._category.measure(embeddings))

    def score(self, cosines: OwnLabelCosines) -> OwnLabelScores:
        """Similarity, score and fit of every own label, each the mean over the photos."""
        scores = self._own.score(cosines.own)
        if not len(cosines.own):
            return OwnLabelScores(scores, scores, scores)
        similarities = cosines.own.astype(np.float64).mean(axis=0)
        return OwnLabelScores(similarities, scores, self._fits(cosines))

    def tag(self, embeddings: FloatArray) -> tuple[OwnLabelMatch, ...]:
        """What the readable photos of one listing show: N x D float32 with rows of unit norm."""
        return self.decide(self.score(self.measure(embeddings)))

    def decide(self, scores: OwnLabelScores) -> tuple[OwnLabelMatch, ...]:
        """The `MAX_MATCHES` labels of the highest score; as given where equal; none for no photo.

        Nothing is left out for fitting badly: no threshold was measured for words not known before.
        """
        if not scores.scores.any():
            return ()
        order = np.lexsort((-scores.similarities, -scores.scores))[:MAX_MATCHES]
        return tuple(
            OwnLabelMatch(
                self._own.labels[place],
                float(scores.similarities[place]),
                float(scores.scores[place]),
                float(scores.fits[place]),
            )
            for place in order
        )

    def _fits(self, cosines: OwnLabelCosines) -> Probabilities:
        """The softmax of each own label among it and the category labels, averaged over photos."""
        category = np.logaddexp.reduce(self._scale * cosines.category.astype(np.float64), axis=1)
        own = self._scale * cosines.own.astype(np.float64)
        fits: Probabilities = np.exp(-np.logaddexp(0.0, category[:, None] - own)).mean(axis=0)
        return fits
