"""From what to what: counts of moves between labels, and a few listings to show for each."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Generic, TypeVar

EXAMPLES = 6
"""Listings kept for each pair of labels."""

Label = TypeVar("Label", bound=Hashable)


@dataclass(frozen=True)
class Example:
    """A listing to show: its photo number `cover`, of SHA-256 `sha256`, and what to say of it.

    `veiled`: some run did not call it clear, and nobody should meet its photo unprepared.
    """

    listing_id: str
    cover: int
    sha256: str | None
    words: str
    veiled: bool = False


@dataclass(frozen=True)
class Move(Generic[Label]):
    """So many listings went from one label to another."""

    before: Label
    after: Label
    number: int
    examples: tuple[Example, ...]


@dataclass
class Moves(Generic[Label]):
    """Counts by label before and after, those that did not change included.

    Holds as much as there are pairs of labels, with at most `EXAMPLES` listings for each.
    """

    counts: Counter[tuple[Label, Label]] = field(default_factory=Counter)
    examples: dict[tuple[Label, Label], list[Example]] = field(default_factory=dict)

    def add(self, before: Label, after: Label, example: Example | None = None) -> None:
        """Counts one."""
        self.counts[before, after] += 1
        if example is not None and before != after:
            kept = self.examples.setdefault((before, after), [])
            if len(kept) < EXAMPLES:
                kept.append(example)

    @property
    def total(self) -> int:
        """How many there are."""
        return self.counts.total()

    @property
    def changed(self) -> int:
        """How many have another label than before."""
        return sum(n for (before, after), n in self.counts.items() if before != after)

    def biggest(self, most: int | None = None) -> list[Move[Label]]:
        """The pairs of different labels with the largest numbers first."""
        changed = [(pair, n) for pair, n in self.counts.items() if pair[0] != pair[1]]
        changed.sort(key=lambda one: (-one[1], str(one[0])))
        return [Move(*pair, n, tuple(self.examples.get(pair, ()))) for pair, n in changed[:most]]

    def by_label(self) -> list[tuple[Label, int, int]]:
        """Every label with its numbers before and after, the largest first."""
        before: Counter[Label] = Counter()
        after: Counter[Label] = Counter()
        for (old, new), n in self.counts.items():
            before[old] += n
            after[new] += n
        labels = sorted(
            before.keys() | after.keys(), key=lambda one: (-before[one] - after[one], str(one))
        )
        return [(label, before[label], after[label]) for label in labels]


@dataclass
class Largest:
    """The `room` listings whose number moved most, either way."""

    room: int
    _kept: list[tuple[float, str, float, Example]] = field(default_factory=list)

    def add(self, change: float, example: Example) -> None:
        """Takes one in, and lets go of the smaller ones from time to time."""
        if change:
            self._kept.append((-abs(change), example.listing_id, change, example))
            if len(self._kept) > 100 * self.room:
                self._kept = self._best()

    def found(self) -> list[tuple[float, Example]]:
        """The largest first; of equal ones by the listing's id."""
        return [(change, example) for _, _, change, example in self._best()]

    def _best(self) -> list[tuple[float, str, float, Example]]:
        return nsmallest(self.room, self._kept, key=lambda one: one[:2])
