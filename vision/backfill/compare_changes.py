"""What changes between two records of the same listing, counted over many."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from vision.backfill.compare_facts import ListingFacts
from vision.backfill.compare_join import Pair
from vision.backfill.compare_moves import Example, Largest, Moves

SCORE_BINS = 10
BIGGEST_SCORES = 24
ALONE = 20
"""Listings in one run alone that are named."""

SIZES = ("0", "1 to 5", "6 to 10", "11 to 20", "over 20")
"""Classes of changes of score, in points."""

_SIZE_LIMITS = tuple(zip((0, 5, 10, 20), SIZES, strict=False))

VEILED = frozenset({"review", "block"})
"""Verdicts whose listings' photos are blurred until a person points at them."""

READ = "read"
"""What is counted for a photo without an error."""


@dataclass
class Scores:
    """Photo quality, 0..100: how many listings in each ten before and after, and who moved most.

    `moved` counts listings by the size of their change; `sum_before`, `sum_after` and `both` are
    over the listings that have a score in both runs.
    """

    before: list[int] = field(default_factory=lambda: [0] * SCORE_BINS)
    after: list[int] = field(default_factory=lambda: [0] * SCORE_BINS)
    moved: Counter[str] = field(default_factory=Counter)
    both: int = 0
    sum_before: int = 0
    sum_after: int = 0
    largest: Largest = field(default_factory=lambda: Largest(BIGGEST_SCORES))

    @property
    def mean_before(self) -> float | None:
        """The mean of the first run, None without scores."""
        return self.sum_before / self.both if self.both else None

    @property
    def mean_after(self) -> float | None:
        """The mean of the second run, None without scores."""
        return self.sum_after / self.both if self.both else None


@dataclass
class Tags:
    """How many listings each tag was suggested for, before and after, and how many kept theirs."""

    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    changed: int = 0

    def biggest(self, most: int | None = None) -> list[tuple[str, int, int, int, int]]:
        """Tag, before, after, gained, lost: those gained or lost most often first."""
        tags = sorted(
            self.gained.keys() | self.lost.keys(),
            key=lambda tag: (-self.gained[tag] - self.lost[tag], tag),
        )
        return [
            (tag, self.before[tag], self.after[tag], self.gained[tag], self.lost[tag])
            for tag in tags[:most]
        ]


@dataclass
class Alone:
    """Listings that one run has and the other has not; the first few are named."""

    number: int = 0
    ids: list[str] = field(default_factory=list)

    def add(self, listing_id: str) -> None:
        """Counts one."""
        self.number += 1
        if len(self.ids) < ALONE:
            self.ids.append(listing_id)


@dataclass
class Changes:
    """Counts over the listings that both runs have; a label of None is that none was given."""

    listings: int = 0
    changed: int = 0
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    categories: Moves[str | None] = field(default_factory=Moves)
    verdicts: Moves[str] = field(default_factory=Moves)
    colors: Moves[str | None] = field(default_factory=Moves)
    errors: Moves[str] = field(default_factory=Moves)
    scores: Scores = field(default_factory=Scores)
    tags: Tags = field(default_factory=Tags)
    only_first: Alone = field(default_factory=Alone)
    only_second: Alone = field(default_factory=Alone)


def changes_of(pairs: Iterable[Pair]) -> Changes:
    """Counts the pairs."""
    changes = Changes()
    for before, after in pairs:
        if before is not None and after is not None:
            _count(changes, before, after)
        elif before is not None:
            changes.only_first.add(before.listing_id)
        elif after is not None:
            changes.only_second.add(after.listing_id)
    return changes


def _count(changes: Changes, before: ListingFacts, after: ListingFacts) -> None:
    changes.listings += 1
    changes.changed += _said(before) != _said(after)
    for one in (before, after):
        if one.category is not None:
            changes.paths[one.category] = one.category_path
    confidences = f"{_share(before.confidence)} → {_share(after.confidence)}"
    changes.categories.add(before.category, after.category, _example(before, after, confidences))
    flags = ", ".join(sorted({*before.flags, *after.flags}))
    changes.verdicts.add(before.verdict, after.verdict, _example(before, after, flags))
    changes.colors.add(before.color, after.color, _example(before, after, ""))
    for old, new in zip(before.errors, after.errors, strict=False):
        changes.errors.add(old or READ, new or READ, _example(before, after, ""))
    _count_scores(changes.scores, before, after)
    _count_tags(changes.tags, set(before.tags), set(after.tags))


def _count_scores(scores: Scores, before: ListingFacts, after: ListingFacts) -> None:
    if before.score is None or after.score is None:
        return
    change = after.score - before.score
    scores.before[_bin(before.score)] += 1
    scores.after[_bin(after.score)] += 1
    scores.moved[_size_of(change)] += 1
    scores.both += 1
    scores.sum_before += before.score
    scores.sum_after += after.score
    if change:
        scores.largest.add(change, _example(before, after, f"{before.score} → {after.score}"))


def _count_tags(tags: Tags, before: set[str], after: set[str]) -> None:
    tags.before.update(before)
    tags.after.update(after)
    tags.gained.update(after - before)
    tags.lost.update(before - after)
    tags.changed += before != after


def _size_of(change: int) -> str:
    within = (name for limit, name in _SIZE_LIMITS if abs(change) <= limit)
    return next(within, SIZES[-1])


def _bin(score: int) -> int:
    return min(score * SCORE_BINS // 100, SCORE_BINS - 1)


def _said(facts: ListingFacts) -> tuple[object, ...]:
    return (
        facts.category, facts.verdict, facts.color, facts.score, frozenset(facts.tags), facts.errors
    )  # fmt: skip


def _example(before: ListingFacts, after: ListingFacts, words: str) -> Example:
    veiled = bool({before.verdict, after.verdict} & VEILED)
    shown = after if before.sha256 is None else before  # the first run that could read the photo
    return Example(before.listing_id, shown.cover, shown.sha256, words, veiled)


def _share(confidence: float | None) -> str:
    return "–" if confidence is None else f"{confidence:.0%}"
