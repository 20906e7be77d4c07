"""What a column's labels can say of an answer, and whose probabilities therefore belong to it.

A data set's label may stand for several nodes ("pants" for jeans, trousers and five more). It can
tell whether one of them is right, and never which: a confidence is held against the event that the
label decides, and is the summed probability of all that makes the event true.
"""

from collections.abc import Sequence
from functools import cache
from itertools import chain

from taggers import Taxonomy
from vision.evaluation.columns import LabelClass


class Testable:
    """The events that the classes of one column decide; their ids are disjoint."""

    def __init__(self, classes: Sequence[LabelClass], taxonomy: Taxonomy) -> None:
        self._owner = {one: known.ids for known in classes for one in known.ids}
        self._taxonomy = taxonomy
        self.agreeing = cache(self._agreeing)

    def class_of(self, label: str) -> frozenset[str]:
        """The ids of the class that a label belongs to; itself where it belongs to none."""
        return self._owner.get(label, frozenset({label}))

    def agrees(self, node: str, truth: LabelClass) -> bool:
        """Whether the class names the node or something below it."""
        return not truth.ids.isdisjoint(self._below(node))

    def _agreeing(self, node: str) -> frozenset[str]:
        """All ids whose being right makes `agrees` true of the node, as far as labels can tell.

        These are the node, what lies below it, and all of every class that has any of them: of a
        node inside a class, the class.
        """
        return frozenset(chain.from_iterable(self.class_of(one) for one in self._below(node)))

    def _below(self, node: str) -> frozenset[str]:
        return frozenset({node, *self._taxonomy.descendants(node)})
