"""The labels of one facet (style, department, pattern, ...) that are true of a listing."""

from collections.abc import Mapping

from taggers.category import NO_PHOTO
from taggers.facets import Facet
from taggers.results import FacetResult, FacetValue
from taggers.scoring import LabelScorer, Probabilities
from weights.labels import FloatArray, LabelSet


class FacetTagger:
    """Finds the labels of a facet that the photos of one listing show.

    `labels` is the bundle's calibrated `facet.<name>` set, from which all confidences and
    thresholds come. Raises ValueError where it names a label that the facet has not.
    """

    def __init__(self, facet: Facet, labels: LabelSet) -> None:
        self._facet = facet
        self._scorer = LabelScorer(labels)
        self._threshold = labels.calibration.threshold
        if unknown := [label for label in self._scorer.labels if label not in facet.labels]:
            raise ValueError(f"not in facet '{facet.name}': {', '.join(unknown)}")

    def measure(self, embeddings: FloatArray) -> FloatArray:
        """Cosines, N x V float32, of N unit-norm embeddings (N x D) with the visible labels."""
        return self._scorer.measure(embeddings)

    def score(self, cosines: FloatArray) -> Probabilities:
        """Probabilities of the V visible labels, averaged over photos; all zero for no photo."""
        return self._scorer.score(cosines)

    def tag(self, embeddings: FloatArray, category: str | None) -> FacetResult:
        """What the readable photos of one listing show: N x D float32 with rows of unit norm.

        `category` is the id of the listing's category, None where it is not known: labels that
        mean something in some departments only are then not suggested.
        """
        return self.decide(self.score(self.measure(embeddings)), category)

    def decide(self, probabilities: Probabilities, category: str | None) -> FacetResult:
        """The labels that apply and whose probability reaches their threshold.

        One at most if the facet is exclusive: the likeliest of all.
        """
        scores = dict(zip(self._scorer.labels, probabilities.tolist(), strict=True))
        if not any(scores.values()):
            return FacetResult(self._facet.name, (), NO_PHOTO)
        likeliest = sorted(scores, key=lambda label: -scores[label])
        held = [label for label in likeliest if scores[label] >= self._threshold(label)]
        if self._facet.exclusive:
            held = [label for label in held if label == likeliest[0]]
        applying = [label for label in held if self._facet.labels[label].applies(category)]
        values = tuple(self._value(label, likeliest, scores) for label in applying)
        reason = "" if values else self._why_not(likeliest[0], scores, category)
        return FacetResult(self._facet.name, values, reason, scores, self._families(scores))

    def _value(self, label: str, likeliest: list[str], scores: Mapping[str, float]) -> FacetValue:
        name, others = self._name(label), [other for other in likeliest if other != label][:1]
        more = "".join(f"; next: {self._name(other)} ({scores[other]:.2f})" for other in others)
        reason = f"The photos look {name} ({scores[label]:.2f}){more}."
        return FacetValue(label, name, scores[label], reason)

    def _why_not(self, best: str, scores: Mapping[str, float], category: str | None) -> str:
        if not self._facet.labels[best].applies(category):
            return f"{self._name(best)} is not said of a listing of this category."
        return (
            f"No label is sure enough: the nearest is {self._name(best)} ({scores[best]:.2f}), "
            f"and {self._threshold(best):.2f} is needed."
        )

    def _name(self, label: str) -> str:
        return self._facet.labels[label].name

    def _families(self, scores: Mapping[str, float]) -> Mapping[str, float]:
        families: dict[str, float] = {}
        for label, score in scores.items():
            family = self._facet.labels[label].family
            if family is not None:
                families[family] = min(1.0, families.get(family, 0.0) + score)
        return families
