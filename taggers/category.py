"""The category of a listing: a leaf where sure, else a parent, none rather than a guess."""

from collections.abc import Mapping
from itertools import islice

import numpy as np

from taggers.prompts import NOT_LISTING, load_not_listing
from taggers.results import Categorization, Category
from taggers.scoring import LabelScorer, Probabilities
from taggers.taxonomy import Taxonomy
from weights.labels import FloatArray, LabelSet

MAX_ALTERNATIVES = 4
NO_PHOTO = "There is no readable photo to look at."
UNCALIBRATED = " This bundle is uncalibrated: how often that is right was not measured."
"""What every reason ends with where the label set was calibrated on no photos."""


class CategoryTagger:
    """Finds the node of the taxonomy that the photos of one listing show.

    `labels` is the bundle's calibrated `category` set: nodes of the taxonomy (leaves or parents)
    and `not_listing` things. All confidences and thresholds come from its calibration. Raises
    ValueError where it names a node that the taxonomy has not.
    """

    def __init__(self, labels: LabelSet, taxonomy: Taxonomy) -> None:
        self._scorer = LabelScorer(labels)
        self._taxonomy = taxonomy
        self._threshold = labels.calibration.threshold
        self._least_confidence = labels.calibration.least_confidence
        self._nodes = tuple(label for label in self._scorer.labels if not _not_for_sale(label))
        self._no_nodes = tuple(label for label in self._scorer.labels if _not_for_sale(label))
        if unknown := [label for label in self._nodes if label not in taxonomy.nodes]:
            raise ValueError(f"not in taxonomy {taxonomy.version}: {', '.join(unknown)}")
        self._lineages = _Lineages(self._nodes, taxonomy)
        self._note = "" if labels.calibration.calibrated else UNCALIBRATED
        self._things = {thing.id: thing.name for thing in load_not_listing().values()}

    def measure(self, embeddings: FloatArray) -> FloatArray:
        """Cosines, N x V float32, of N unit-norm embeddings (N x D) with the visible labels."""
        return self._scorer.measure(embeddings)

    def score(self, cosines: FloatArray) -> Probabilities:
        """Probabilities of the V visible labels, averaged over photos; all zero for no photo."""
        return self._scorer.score(cosines)

    def categorize(self, embeddings: FloatArray) -> Categorization:
        """The category that the readable photos of one listing show.

        `embeddings` is N x D float32 with rows of unit norm; with N = 0 the tagger abstains.
        """
        return self.decide(self.score(self.measure(embeddings)))

    def decide(self, probabilities: Probabilities) -> Categorization:
        """The likeliest node if its probability reaches its threshold, else the nearest parent.

        A node's probability is the sum over itself and all below it. Nothing is suggested that is
        less likely than all that is not for sale together, nor where no single label reaches the
        calibration's `least_confidence`.
        """
        own = dict(zip(self._scorer.labels, probabilities.tolist(), strict=True))
        if not any(own.values()):
            return Categorization(None, (), NO_PHOTO)
        total = self._lineages.sum_up(own)
        not_listing = min(1.0, sum(own[label] for label in self._no_nodes))
        likeliest = sorted(self._nodes, key=own.__getitem__, reverse=True)
        spread = bool(likeliest) and own[likeliest[0]] < self._least_confidence
        chosen = None if spread else self._choose(likeliest, total, not_listing)
        others = (node for node in likeliest if node != chosen and own[node] > 0)
        alternatives = tuple(
            self._category(node, own[node], f"The photos could also show {self._name(node)}.")
            for node in islice(others, MAX_ALTERNATIVES)
        )
        if chosen is None:
            reason = self._why_not(likeliest, own, total, not_listing) + self._note
            return Categorization(None, alternatives, reason, not_listing, own)
        reason = self._why(chosen, likeliest, own, total) + self._note
        category = self._category(chosen, total[chosen], reason)
        return Categorization(category, alternatives, reason, not_listing, own)

    def _choose(
        self, likeliest: list[str], total: Mapping[str, float], not_listing: float
    ) -> str | None:
        if not likeliest:
            return None
        for node in (likeliest[0], *self._taxonomy.ancestors(likeliest[0])):
            if total[node] >= self._threshold(node) and total[node] > not_listing:
                return node
        return None

    def _why(
        self,
        chosen: str,
        likeliest: list[str],
        own: Mapping[str, float],
        total: Mapping[str, float],
    ) -> str:
        if chosen != likeliest[0]:
            below = self._taxonomy.descendants(chosen)
            kinds = self._list([node for node in likeliest if node in below][:2], own)
            return (
                f"The photos look like {self._name(chosen)} ({total[chosen]:.2f}), "
                f"but which kind is unsure: {kinds}."
            )
        following = [node for node in likeliest[1:2] if own[node] >= 0.005]
        more = f"; next: {self._list(following, own)}" if following else ""
        return f"The photos look most like {self._name(chosen)} ({total[chosen]:.2f}){more}."

    def _why_not(
        self,
        likeliest: list[str],
        own: Mapping[str, float],
        total: Mapping[str, float],
        not_listing: float,
    ) -> str:
        listing = max(total.values(), default=0.0)  # the likeliest department's
        if not_listing > listing:
            thing = max(self._no_nodes, key=own.__getitem__)
            name = self._things.get(thing, thing.removeprefix(NOT_LISTING))
            return (
                f"The photos look like something that is not for sale ({not_listing:.2f}), "
                f"most like {name} ({own[thing]:.2f})."
            )
        best = likeliest[0]
        if own[best] < self._least_confidence:
            return f"No category stands out: the nearest are {self._list(likeliest[:3], own)}."
        return (
            f"No category is sure enough: the nearest is {self._list([best], own)}, "
            f"and {self._threshold(best):.2f} is needed."
        )

    def _list(self, nodes: list[str], own: Mapping[str, float]) -> str:
        return ", ".join(f"{self._name(node)} ({own[node]:.2f})" for node in nodes)

    def _name(self, node: str) -> str:
        return self._taxonomy.nodes[node].name

    def _category(self, node: str, confidence: float, reason: str) -> Category:
        return Category(node, self._taxonomy.nodes[node].path, confidence, reason)


class _Lineages:
    """Labels, each with the nodes above it: over these its probability is summed up."""

    def __init__(self, labels: tuple[str, ...], taxonomy: Taxonomy) -> None:
        lineages = [(label, *taxonomy.ancestors(label)) for label in labels]
        nodes = dict.fromkeys(node for line in lineages for node in line)
        places = {node: place for place, node in enumerate(nodes)}
        self._labels = labels
        self._nodes = tuple(places)
        self._node_of = np.array([places[node] for line in lineages for node in line], np.intp)
        self._lengths = np.array([len(line) for line in lineages], np.intp)

    def sum_up(self, own: Mapping[str, float]) -> Mapping[str, float]:
        """The probability of each node, at most 1, from the labels' own."""
        each = np.repeat([own[label] for label in self._labels], self._lengths)
        total = np.bincount(self._node_of, each, minlength=len(self._nodes))
        return dict(zip(self._nodes, np.minimum(total, 1.0).tolist(), strict=True))


def _not_for_sale(label: str) -> bool:
    return label.startswith(NOT_LISTING)
