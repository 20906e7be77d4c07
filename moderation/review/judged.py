"""What decisions say of a label: the scores of photos that it was right about, and wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moderation.review.export import ExportedDecision, ExportedFlag

Photo = tuple[str, int | None, str | None]


@dataclass(frozen=True)
class Judged:
    """One photo that a label sent to a person: its highest score of the label, in 0..1, and whether
    the people upheld the label."""

    score: float
    upheld: bool


def judged(
    decisions: Iterable[ExportedDecision], label: str, code: str, policy: str, threshold: float
) -> tuple[Judged, ...]:
    """The photos that `label` sent to review or block under its own `code`, and what was decided.

    `policy` is the reference of the policy in use, and `threshold` its review threshold: what other
    policies sent counts where theirs was no higher, or photos would be missing that the one in use
    sends. Upheld is what was labelled as mature or removed for the code; not upheld is what was
    approved. A photo acted on for another reason says nothing of the label and is left out. Of a
    photo that was decided under several policies, the last decision counts.
    """
    standing = [decision for decision in decisions if decision.stands]
    policies = {policy} | _no_higher(standing, label, code, threshold)
    photos: dict[Photo, Judged | None] = {}
    for decision in standing:
        scores = [flag.score for flag in _sent(decision, label, code)]
        if decision.policy in policies and scores and max(scores) >= threshold:
            photo = (decision.listing_id, decision.photo_index, decision.sha256)
            photos[photo] = _judged(max(scores), decision, code)
    return tuple(photo for photo in photos.values() if photo is not None)


def _sent(decision: ExportedDecision, label: str, code: str) -> Sequence[ExportedFlag]:
    return [
        flag
        for flag in decision.flags
        if flag.label == label and flag.code == code and flag.verdict in ("review", "block")
    ]


def _no_higher(
    decisions: Sequence[ExportedDecision], label: str, code: str, threshold: float
) -> set[str]:
    """The policies that sent the label to review from that threshold on, or from a lower one.

    What a policy's threshold for review was is told by its flags for review alone.
    """
    return {
        decision.policy
        for decision in decisions
        for flag in _sent(decision, label, code)
        if flag.verdict == "review" and flag.threshold <= threshold
    }


def _judged(score: float, decision: ExportedDecision, code: str) -> Judged | None:
    if decision.choice == "approve":
        return Judged(score, upheld=False)
    return Judged(score, upheld=True) if decision.reason == code else None
