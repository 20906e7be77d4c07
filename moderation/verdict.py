"""What a decision says: verdicts, flagged labels, and the results for a photo and a listing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from moderation.detection import Box
from moderation.evidence import Evidence, ViewKind

Verdict = Literal["clear", "review", "block", "unassessed"]

_SEVERITY: dict[Verdict, int] = {"clear": 0, "unassessed": 1, "review": 2, "block": 3}


def severity(verdict: Verdict) -> int:
    """A rank that rises with severity: clear, unassessed, review, block."""
    return _SEVERITY[verdict]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The most severe of the verdicts; `clear` where there are none."""
    return max(verdicts, key=severity, default="clear")


@dataclass(frozen=True)
class FlaggedLabel:
    """A policy label that a detection reached, with all the evidence for it.

    `threshold` is the one that `score` reached for this `verdict`: `clear` where the label is
    listed only (as a mark that the item is mature), else `review` or `block`. `policy` is the
    policy's code, `reason` its sentence for the reviewer. `photo` is set by `assess_listing`.
    `detector` is the layer that saw it, of `detector_version`; `note` says what more it knows.
    """

    label: str
    score: float
    threshold: float
    verdict: Verdict
    photo: int
    view: ViewKind
    frame: int | None
    box: Box | None
    policy: str
    reason: str
    seller_message: str
    detector: str
    detector_label: str
    detector_version: str = ""
    note: str = ""


@dataclass(frozen=True)
class PhotoModeration:
    """One photo's verdict under one policy, most severe label first, and the evidence behind it."""

    verdict: Verdict
    mature: bool
    labels: tuple[FlaggedLabel, ...]
    reasons: tuple[str, ...]
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True)
class ListingModeration:
    """A listing's verdict: the worst of its photos', with every label and reason.

    `detectors` are those that looked, as `name@version`; `policy` is the policy's reference.
    `reasons` begin with "Photo N: " (counted from 1) where they concern one photo.
    """

    verdict: Verdict
    mature: bool
    labels: tuple[FlaggedLabel, ...]
    detectors: tuple[str, ...]
    policy: str
    reasons: tuple[str, ...]
