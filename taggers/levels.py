"""Scoring a tree of labels level by level: its departments first, then the kinds of each.

The probability of a label is the product, down its path, of a softmax among siblings. What speaks
for a branch is the greatest logit of all labels in it, its own phrases and those of every kind
below: a department is told by its mugs and sofas better than by the words "home and living"
(Novack et al., 2023, "CHiLS: Zero-Shot Image Classification with Hierarchical Label Sets"). One
softmax over all labels would give a department of a hundred kinds a hundred small shares, and so
the most probability to whatever photo is like nothing at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Path = tuple[str, ...]
ITSELF = ""
"""The last step of a label that has others below it: the photo shows it and none of those."""


@dataclass(frozen=True, eq=False)
class _Branch:
    """One parting of the ways: its options' label columns, and where each option leads."""

    columns: NDArray[np.intp]
    starts: NDArray[np.intp]
    sizes: NDArray[np.intp]


class Levels:
    """The tree of V dotted label ids, `home.kitchen.mugs` below `home.kitchen` below `home`."""

    def __init__(self, labels: Sequence[str]) -> None:
        paths = [tuple(label.split(".")) for label in labels]
        parents = {path[:end] for path in paths for end in range(1, len(path))}
        self._branches = tuple(
            _branches([(*path, ITSELF) if path in parents else path for path in paths])
        )

    def probabilities(self, logits: Floats) -> Floats:
        """N x V finite logits to N x V probabilities; rows sum to 1."""
        found = np.zeros_like(logits)
        for branch in self._branches:
            inside = logits[:, branch.columns]
            evidence = np.maximum.reduceat(inside, branch.starts, axis=1)
            shares = evidence - np.logaddexp.reduce(evidence, axis=1, keepdims=True)
            found[:, branch.columns] += np.repeat(shares, branch.sizes, axis=1)
        return np.asarray(np.exp(found))


def _branches(paths: Sequence[Path]) -> Iterator[_Branch]:
    """Every branch of two or more options, for at the others there is nothing to tell."""
    order = sorted(range(len(paths)), key=lambda column: paths[column])
    stems = sorted({path[:end] for path in paths for end in range(len(path))})
    for stem in stems:
        depth = len(stem)
        inside = [column for column in order if paths[column][:depth] == stem]
        steps = [paths[column][depth] for column in inside]
        starts = [
            place for place, step in enumerate(steps) if place == 0 or step != steps[place - 1]
        ]
        if len(starts) > 1:
            yield _Branch(
                np.array(inside),
                np.array(starts),
                np.diff([*starts, len(steps)]),
            )
