"""The lead's figures, computed from decisions: pure functions, without a database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from moderation.review.facts import DecisionFact

VERDICTS = ("approve", "mature", "remove")
"""The choices that say something of the photo."""


@dataclass(frozen=True)
class DayCount:
    """How many decisions a person took on a day (UTC), skips apart and undone ones not counted."""

    reviewer: str
    day: date
    decisions: int
    skips: int


@dataclass(frozen=True)
class Agreement:
    """How two people who decided independently agreed.

    `share` is of `pairs`, in 0..1; `kappa` is Cohen's, at most 1, with 0 for chance. Both are None
    without pairs; `kappa` too where everyone always chose the same, for chance explains that.
    """

    pairs: int
    share: float | None
    kappa: float | None


@dataclass(frozen=True)
class Reversals:
    """What leads changed: of `looked_at` reviewers' choices that a lead decided again after an
    escalation, an undo or a reopening, `changed` came out otherwise. `rate` is None without any."""

    looked_at: int
    changed: int
    rate: float | None


@dataclass(frozen=True)
class QueueAge:
    """How many items wait, and for how long: seconds; None where none waits."""

    waiting: int
    median: float | None
    oldest: float | None


def throughput(facts: Iterable[DecisionFact]) -> tuple[DayCount, ...]:
    """Decisions and skips by person and day; the newest day first, then by name."""
    decided: Counter[tuple[date, str]] = Counter()
    skipped: Counter[tuple[date, str]] = Counter()
    for fact in facts:
        if fact.withdrawn != "undo":
            counts = skipped if fact.effect == "skipped" else decided
            counts[fact.at.date(), fact.reviewer] += 1
    keys = sorted(decided.keys() | skipped.keys(), key=lambda key: (-key[0].toordinal(), key[1]))
    return tuple(DayCount(name, day, decided[day, name], skipped[day, name]) for day, name in keys)


def agreement(facts: Iterable[DecisionFact]) -> Agreement:
    """Over the items that two people decided, with neither decision undone."""
    return agreement_of_pairs(_pairs(facts))


def agreement_of_pairs(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Observed agreement and Cohen's kappa (Cohen 1960, Educational and Psychological Measurement
    20): (observed - expected) / (1 - expected), expected from each side's own frequencies."""
    if not pairs:
        return Agreement(0, None, None)
    total = len(pairs)
    observed = sum(first == second for first, second in pairs) / total
    firsts = Counter(first for first, _ in pairs)
    seconds = Counter(second for _, second in pairs)
    chance = sum(firsts[choice] * seconds[choice] for choice in firsts)
    if chance == total * total:
        return Agreement(total, observed, None)
    expected = chance / (total * total)
    return Agreement(total, observed, (observed - expected) / (1 - expected))


def reversals(facts: Iterable[DecisionFact]) -> Reversals:
    """Compares each reviewer's last choice on an item with the lead's that came after it."""
    by_item: defaultdict[int, list[DecisionFact]] = defaultdict(list)
    for fact in facts:
        if fact.choice in VERDICTS:
            by_item[fact.item_id].append(fact)
    compared = [pair for history in by_item.values() for pair in _overruled(history)]
    changed = sum(earlier != later for earlier, later in compared)
    return Reversals(len(compared), changed, changed / len(compared) if compared else None)


def queue_age(queued: Sequence[datetime], now: datetime) -> QueueAge:
    """The age of the items queued at those moments."""
    ages = [(now - moment).total_seconds() for moment in queued]
    if not ages:
        return QueueAge(0, None, None)
    return QueueAge(len(ages), median(ages), max(ages))


def _pairs(facts: Iterable[DecisionFact]) -> list[tuple[str, str]]:
    by_id = {fact.id: fact for fact in facts if fact.withdrawn != "undo"}
    return [
        (by_id[fact.second_to].choice, fact.choice)
        for fact in by_id.values()
        if fact.second_to in by_id and fact.choice in VERDICTS
    ]


def _overruled(history: Sequence[DecisionFact]) -> Iterable[tuple[str, str]]:
    """Each reviewer's last choice beside the item's last decision, where that was a lead's, taken
    after it out of the leads' queue."""
    last = history[-1]
    if last.role != "lead" or last.state_before != "escalated" or last.withdrawn == "undo":
        return []
    choices = {fact.reviewer: fact.choice for fact in history[:-1]}
    choices.pop(last.reviewer, None)
    return [(choice, last.choice) for choice in choices.values()]
