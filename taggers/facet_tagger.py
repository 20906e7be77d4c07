"""The labels of one facet (style, department, pattern, ...) that are true of a listing."""

from collections.abc import Mapping

import numpy as np

from taggers.category import NO_PHOTO, UNCALIBRATED
from taggers.facets import NONE_OF_THESE, Facet
from taggers.results import FacetResult, FacetValue
from taggers.scoring import LabelScorer, Probabilities
from weights.labels import FloatArray, LabelSet

NO_LABEL = "No label is known."


class FacetTagger:
    """Finds the labels of a facet that the photos of one listing show.

    `labels` is the bundle's calibrated `facet.<name>` set, from which all confidences and
    thresholds come; `none_of_these` in it competes with the facet's labels and is never suggested.
    Raises ValueError where it names a label that the facet has not.
    """

    def __init__(self, facet: Facet, labels: LabelSet) -> None:
        self._facet = facet
        self._scorer = LabelScorer(labels)
        self._threshold = labels.calibration.threshold
        self._note = "" if labels.calibration.calibrated else UNCALIBRATED
        known = {*facet.labels, NONE_OF_THESE}
        if unknown := [label for label in self._scorer.labels if label not in known]:
            raise ValueError(f"not in facet '{facet.name}': {', '.join(unknown)}")

    def measure(self, embeddings: FloatArray) -> FloatArray:
        """Cosines, N x V float32, of N unit-norm embeddings (N x D) with the visible labels."""
        return self._scorer.measure(embeddings)

    def score(self, cosines: FloatArray) -> Probabilities:
        """Probabilities of the V visible labels, averaged over photos; all zero for no photo.

        Of a facet that is said of each photo, a label has the probability of the photo that shows
        it best, and 'none of these' that of the photo that shows it least.
        """
        if not self._facet.each_photo or not cosines.size:
            return self._scorer.score(cosines)
        each = self._scorer.score_each(cosines)
        none = np.array([label == NONE_OF_THESE for label in self._scorer.labels])
        return np.asarray(np.where(none, each.min(axis=0), each.max(axis=0)))

    def tag(self, embeddings: FloatArray, category: str | None) -> FacetResult:
        """What the readable photos of one listing show: N x D float32 with rows of unit norm.

        `category` is the id of the listing's category, None where it is not known: labels that
        mean something in some departments only are then not suggested.
        """
        return self.decide(self.score(self.measure(embeddings)), category)

    def decide(self, probabilities: Probabilities, category: str | None) -> FacetResult:
        """The labels that apply and whose probability reaches their threshold.

        One at most if the facet is exclusive and said of the listing: the likeliest of all. None is
        less likely than 'none of these'.
        """
        scores = dict(zip(self._scorer.labels, probabilities.tolist(), strict=True))
        if not scores:
            return FacetResult(self._facet.name, (), NO_LABEL)
        if not any(scores.values()):
            return FacetResult(self._facet.name, (), NO_PHOTO)
        likeliest = sorted(scores, key=lambda label: -scores[label])
        held = [
            label
            for label in self._but_none(likeliest)
            if scores[label] >= self._threshold(label)
            and scores[label] > scores.get(NONE_OF_THESE, -1.0)
        ]
        if self._facet.exclusive and not self._facet.each_photo:
            held = [label for label in held if label == likeliest[0]]
        applying = [label for label in held if self._facet.labels[label].applies(category)]
        values = tuple(self._value(label, likeliest, scores) for label in applying)
        reason = "" if values else self._why_not(likeliest, scores, category) + self._note
        return FacetResult(self._facet.name, values, reason, scores, self._families(scores))

    def _value(self, label: str, likeliest: list[str], scores: Mapping[str, float]) -> FacetValue:
        name = self._name(label)
        others = [other for other in self._but_none(likeliest) if other != label][:1]
        more = "".join(f"; next: {self._name(other)} ({scores[other]:.2f})" for other in others)
        reason = f"The photos look {name} ({scores[label]:.2f}){more}.{self._note}"
        return FacetValue(label, name, scores[label], reason)

    def _why_not(
        self, likeliest: list[str], scores: Mapping[str, float], category: str | None
    ) -> str:
        labels = self._but_none(likeliest)
        if not labels:
            return NO_LABEL
        best, none = labels[0], scores.get(NONE_OF_THESE, -1.0)
        if none >= scores[best]:
            return (
                f"None of these is likeliest ({none:.2f}); "
                f"next: {self._name(best)} ({scores[best]:.2f})."
            )
        if scores[best] < self._threshold(best):
            return (
                f"No label is sure enough: the nearest is {self._name(best)} ({scores[best]:.2f}), "
                f"and {self._threshold(best):.2f} is needed."
            )
        if category is None:
            return f"{self._name(best)} is said of some categories only, and none was suggested."
        return f"{self._name(best)} is not said of a listing of this category."

    def _but_none(self, labels: list[str]) -> list[str]:
        return [label for label in labels if label != NONE_OF_THESE]

    def _name(self, label: str) -> str:
        return self._facet.labels[label].name

    def _families(self, scores: Mapping[str, float]) -> Mapping[str, float]:
        families: dict[str, float] = {}
        for label, score in scores.items():
            family = self._facet.labels[label].family if label != NONE_OF_THESE else None
            if family is not None:
                families[family] = min(1.0, families.get(family, 0.0) + score)
        return families
