"""What another policy would change: counts by label, verdicts from and to, who is most affected."""

from collections import Counter
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

from moderation.verdict import Verdict, severity
from vision.moderate.redecide import Redecision

VERDICTS: tuple[Verdict, ...] = ("clear", "unassessed", "review", "block")


@dataclass(frozen=True, order=True)
class Affected:
    """A listing whose verdict or flags change. The most affected sort first."""

    rank: tuple[int, int, str]
    listing_id: str
    before: Verdict
    after: Verdict
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    @classmethod
    def of(cls, decided: Redecision) -> "Affected | None":
        """The change of a listing, None where neither its verdict nor its flags change."""
        before, after = decided.stored.moderation, decided.listing
        old = Counter((flag.label, flag.verdict) for flag in before.labels)
        new = Counter((flag.label, flag.verdict) for flag in after.labels)
        if before.verdict == after.verdict and old == new and before.mature == after.mature:
            return None
        gained, lost = new - old, old - new
        steps = abs(severity(after.verdict) - severity(before.verdict))
        rank = (-steps, -(gained.total() + lost.total()), decided.stored.listing_id)
        listing_id = decided.stored.listing_id
        return cls(rank, listing_id, before.verdict, after.verdict, _said(gained), _said(lost))


@dataclass
class ChangeReport:
    """Counts over the records seen so far; `add` takes one after the other.

    `transitions` count listings, `photo_transitions` photos, by verdict before and after; the
    label counts are numbers of flags by label and verdict.
    """

    policy: str
    listings: int = 0
    photos: int = 0
    policies_before: Counter[str] = field(default_factory=Counter)
    transitions: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)
    photo_transitions: Counter[tuple[Verdict, Verdict]] = field(default_factory=Counter)
    mature: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    labels_before: Counter[tuple[str, Verdict]] = field(default_factory=Counter)
    labels_after: Counter[tuple[str, Verdict]] = field(default_factory=Counter)
    affected: list[Affected] = field(default_factory=list)

    def add(self, decided: Redecision) -> None:
        """Counts one record."""
        before, after = decided.stored.moderation, decided.listing
        self.listings += 1
        self.photos += len(decided.photos)
        self.policies_before[before.policy] += 1
        self.transitions[before.verdict, after.verdict] += 1
        self.mature[before.mature, after.mature] += 1
        self.labels_before.update((flag.label, flag.verdict) for flag in before.labels)
        self.labels_after.update((flag.label, flag.verdict) for flag in after.labels)
        for photo, result in zip(decided.stored.photos, decided.photos, strict=True):
            self.photo_transitions[photo.moderation.verdict, result.verdict] += 1
        if (change := Affected.of(decided)) is not None:
            self.affected.append(change)

    @property
    def changed(self) -> int:
        """How many listings get another verdict."""
        return sum(n for (before, after), n in self.transitions.items() if before != after)

    def most_affected(self, most: int) -> list[Affected]:
        """The listings that change most: by steps of the verdict, then by flags."""
        return nsmallest(most, self.affected)

    def as_json(self, most: int) -> dict[str, Any]:
        """Everything as JSON can hold it."""
        return {
            "policy": self.policy,
            "policies_before": dict(sorted(self.policies_before.items())),
            "listings": self.listings,
            "photos": self.photos,
            "listings_with_another_verdict": self.changed,
            "listings_affected": len(self.affected),
            "transitions": _pairs(self.transitions),
            "photo_transitions": _pairs(self.photo_transitions),
            "labels": [
                {"label": label, "verdict": verdict, "before": before, "after": after}
                for label, verdict, before, after in self.label_rows()
            ],
            "mature_before": sum(n for (before, _), n in self.mature.items() if before),
            "mature_after": sum(n for (_, after), n in self.mature.items() if after),
            "most_affected": [
                {
                    "listing_id": one.listing_id,
                    "before": one.before,
                    "after": one.after,
                    "gained": list(one.gained),
                    "lost": list(one.lost),
                }
                for one in self.most_affected(most)
            ],
        }

    def label_rows(self) -> list[tuple[str, Verdict, int, int]]:
        """Label, verdict, and the numbers of flags before and after, most severe first."""
        keys = sorted(
            self.labels_before.keys() | self.labels_after.keys(),
            key=lambda key: (-severity(key[1]), key[0]),
        )
        return [(*key, self.labels_before[key], self.labels_after[key]) for key in keys]


def _said(flags: Counter[tuple[str, Verdict]]) -> tuple[str, ...]:
    return tuple(f"{label} ({verdict})" for (label, verdict) in sorted(flags))


def _pairs(counts: Counter[tuple[Verdict, Verdict]]) -> list[dict[str, Any]]:
    return [
        {"before": old, "after": new, "number": counts[old, new]}
        for old in VERDICTS
        for new in VERDICTS
        if counts[old, new]
    ]
