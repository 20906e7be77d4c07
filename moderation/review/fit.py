"""Review thresholds from decisions: how high one can be for a wanted precision or recall.

Decisions exist only for photos that the old threshold sent to a person. What lies below it was
never looked at, so no lower threshold is ever proposed, and recall is the share of the upheld
photos *among those sent* that a higher threshold still sends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from moderation.policy import LabelRule, Policy
from moderation.review.errors import ThresholdError
from moderation.review.export import ExportedDecision
from moderation.review.intervals import Share, wilson
from moderation.review.judged import Judged, judged
from moderation.taxonomy import UNRECOGNIZED

STEP = 0.05
"""Candidates lie on a grid that knows nothing of the decisions, or it would fit their noise."""


AT_THE_END = {
    "precision": "what a lower one would reach cannot be judged",
    "recall": "no higher one is",
}


@dataclass(frozen=True)
class Wanted:
    """What a threshold must reach with its interval's lower end: a `share` of 0..1 of `kind`.

    Fewer than `least` judged photos at or above a threshold prove nothing of it.
    """

    kind: Literal["precision", "recall"]
    share: float
    confidence: float = 0.95
    least: int = 50

    def __post_init__(self) -> None:
        if not 0.0 < self.share < 1.0:
            raise ThresholdError(f"the wanted {self.kind} must lie between 0 and 1")
        if not 0.5 <= self.confidence < 1.0:
            raise ThresholdError("the confidence must lie between 0.5 and 1")
        if self.least < 1:
            raise ThresholdError("the least number of decisions must be at least 1")


@dataclass(frozen=True)
class LabelFit:
    """What the decisions say of one label.

    `proposed` is None where the label keeps its `current` threshold; `why` says why. The shares are
    those at `proposed`, else at `current`: `precision` of the photos sent, and `recall` of the
    upheld photos among those that `current` sent.
    """

    label: str
    current: float | None
    proposed: float | None
    why: str
    precision: Share | None = None
    recall: Share | None = None


def fit_thresholds(
    decisions: Iterable[ExportedDecision],
    policy: Policy,
    wanted: Wanted,
    labels: Sequence[str] | None = None,
) -> tuple[LabelFit, ...]:
    """A fit for each of `labels`, by default all of the policy's, in its order.

    Raises ThresholdError for a label that the policy lacks.
    """
    for label in labels or ():
        if label not in policy.labels:
            raise ThresholdError(f"{policy.reference} has no label '{label}'")
    known = tuple(decisions)
    return tuple(
        _fit_rule(label, rule, known, policy.reference, wanted)
        for label, rule in policy.labels.items()
        if labels is None or label in labels
    )


def _fit_rule(
    label: str,
    rule: LabelRule,
    decisions: Sequence[ExportedDecision],
    policy: str,
    wanted: Wanted,
) -> LabelFit:
    if label == UNRECOGNIZED:
        return LabelFit(label, rule.review, None, "it always goes to review")
    if rule.review is None:
        return LabelFit(label, None, None, "the policy never sends it to review")
    photos = judged(decisions, label, rule.code, policy, rule.review)
    best, why = best_threshold(photos, rule.review, rule.block, wanted)
    shares = _shares(photos, rule.review if best is None else best, wanted.confidence)
    return LabelFit(label, rule.review, best, why, *shares)


def best_threshold(
    photos: Sequence[Judged], current: float, block: float | None, wanted: Wanted
) -> tuple[float | None, str]:
    """The threshold to propose in place of `current`, or None to keep it; and why.

    `photos` are all that `current` sent, judged. Never lower than `current`, nor above `block`.
    """
    goal = f"a {wanted.kind} of {wanted.share:g}"
    counted = photos if wanted.kind == "precision" else [p for p in photos if p.upheld]
    if len(counted) < wanted.least:
        kind = "decisions" if wanted.kind == "precision" else "upheld decisions"
        return None, f"there are {len(counted)} {kind}, and {wanted.least} are needed"
    search = _for_precision if wanted.kind == "precision" else _for_recall
    best = search(photos, _candidates(current), wanted)
    if best is None:
        return None, f"no threshold that can be judged is sure to reach {goal}"
    if best == current:
        return None, f"it is sure to reach {goal}, and {AT_THE_END[wanted.kind]}"
    if block is not None and best > block:
        return None, f"{goal} would need {best:g}, above the threshold for block ({block:g})"
    return best, f"it is sure to reach {goal}"


def _candidates(current: float) -> list[float]:
    """The threshold in use, and the grid above it up to 1."""
    steps = round(1 / STEP)
    grid = (round(step * STEP, 4) for step in range(steps + 1))
    return [current, *(threshold for threshold in grid if threshold > current)]


def _for_precision(
    photos: Sequence[Judged], candidates: Sequence[float], wanted: Wanted
) -> float | None:
    """The lowest candidate that is sure to reach the precision.

    The chance of error is shared among all candidates (Bonferroni), for the luckiest is taken.
    """
    confidence = 1 - (1 - wanted.confidence) / len(candidates)
    for threshold in candidates:
        precision, _ = _shares(photos, threshold, confidence)
        if precision.total >= wanted.least and precision.low >= wanted.share:
            return threshold
    return None


def _for_recall(
    photos: Sequence[Judged], candidates: Sequence[float], wanted: Wanted
) -> float | None:
    """The highest candidate up to which each is sure to reach the recall.

    Nothing is shared here: each is tried only where the one below it passed.
    """
    best = None
    for threshold in candidates:
        _, recall = _shares(photos, threshold, wanted.confidence)
        if recall.low < wanted.share:
            break
        best = threshold
    return best


def _shares(photos: Sequence[Judged], threshold: float, confidence: float) -> tuple[Share, Share]:
    """Precision and recall of a threshold among these photos."""
    sent = [photo for photo in photos if photo.score >= threshold]
    hits = sum(photo.upheld for photo in sent)
    upheld = sum(photo.upheld for photo in photos)
    return wilson(hits, len(sent), confidence), wilson(hits, upheld, confidence)
