"""From evidence to a verdict. Pure functions: a stored record is decided again without pixels."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from moderation.context import UNKNOWN, Context, is_childrens, is_intimate
from moderation.detection import Detection
from moderation.evidence import Evidence, ViewKind
from moderation.policy import LabelRule, Policy, Wording
from moderation.taxonomy import taxonomy
from moderation.verdict import (
    FlaggedLabel,
    ListingModeration,
    PhotoModeration,
    Verdict,
    severity,
    worst,
)

NOTHING_SEEN = "No pixels of this photo were looked at."
NO_PHOTO = "The listing has no photo that could be looked at."


def assess_photo(evidence: Evidence, policy: Policy, context: Context = UNKNOWN) -> PhotoModeration:
    """One photo's verdict under `policy`.

    Any failure in `evidence`, or a layer missing that the policy requires, makes it at least
    `review`. It is `unassessed` only where nobody looked: `evidence` names no failure and no
    detector, other than one that recognises photos already decided.
    """
    flags = _in_order(_flags(evidence, policy, context))
    item = childrens_item_reason(policy, context)
    verdicts = [flag.verdict for flag in flags]
    reasons = [flag.reason for flag in flags]
    failures = [*_failures(evidence), *_missing(evidence, policy)]
    if failures:
        verdicts.append("review")
        reasons += failures
    if item is not None:
        verdicts.append("review")
        reasons.append(item)
    if evidence.versions.keys() <= taxonomy().matching_layers and not failures:
        verdicts.append("unassessed")
    mature = any(_marks_mature(flag, policy) for flag in flags)
    return PhotoModeration(worst(verdicts), mature, flags, _unique(reasons), evidence)


def assess_listing(
    photos: Sequence[PhotoModeration], policy: Policy, context: Context = UNKNOWN
) -> ListingModeration:
    """The listing's verdict: the worst of its photos', given in the listing's order."""
    item = childrens_item_reason(policy, context)
    verdicts = [photo.verdict for photo in photos]
    reasons = [
        f"Photo {index + 1}: {reason}"
        for index, photo in enumerate(photos)
        for reason in photo.reasons
        if reason != item
    ]
    if item is not None:
        verdicts.append("review")
        reasons.insert(0, item)
    if not photos:
        verdicts.append("review")
        reasons.append(NO_PHOTO)
    labels = _in_order(
        replace(flag, photo=index) for index, photo in enumerate(photos) for flag in photo.labels
    )
    return ListingModeration(
        verdict=worst(verdicts),
        mature=any(photo.mature for photo in photos),
        labels=labels,
        detectors=_unique(name for photo in photos for name in photo.evidence.detectors),
        policy=policy.reference,
        reasons=tuple(reasons),
    )


def childrens_item_reason(policy: Policy, context: Context) -> str | None:
    """The policy's sentence where the item itself is children's underwear or swimwear."""
    words = taxonomy()
    if is_childrens(context, words) and is_intimate(context, words):
        return policy.childrens_items.reason
    return None


def outcome(rule: LabelRule, score: float) -> tuple[Verdict, float] | None:
    """The most severe threshold of `rule` that `score` reaches, or None where it reaches none."""
    steps: tuple[tuple[Verdict, float | None], ...] = (
        ("block", rule.block),
        ("review", rule.review),
        ("clear", rule.flag),
    )
    for verdict, threshold in steps:
        if threshold is not None and score >= threshold:
            return verdict, threshold
    return None


def _flags(evidence: Evidence, policy: Policy, context: Context) -> Iterator[FlaggedLabel]:
    """The flags of every detection: by its label's own rule, and by the rule for children's items
    where that one is more severe or the only one."""
    childrens = is_childrens(context, taxonomy())
    versions = evidence.versions
    for view, frame, detection in evidence.rows():
        label = taxonomy().label_of(detection.detector, detection.label)
        rule = policy.labels.get(label)
        if rule is None:
            continue
        reached = outcome(rule, detection.score)
        least = policy.childrens_items.labels.get(label) if childrens else None
        if least is not None and detection.score >= least and _milder_than_review(reached):
            flag = _flag(label, detection, ("review", least), policy.childrens_items, view, frame)
        elif reached is not None:
            flag = _flag(label, detection, reached, rule, view, frame)
        else:
            continue
        yield replace(flag, detector_version=versions.get(detection.detector, ""))


def _marks_mature(flag: FlaggedLabel, policy: Policy) -> bool:
    least = policy.labels[flag.label].mature
    return least is not None and flag.score >= least


def _milder_than_review(reached: tuple[Verdict, float] | None) -> bool:
    return reached is None or severity(reached[0]) < severity("review")


def _flag(
    label: str,
    detection: Detection,
    reached: tuple[Verdict, float],
    wording: Wording,
    view: ViewKind,
    frame: int | None,
) -> FlaggedLabel:
    return FlaggedLabel(
        label=label,
        score=detection.score,
        threshold=reached[1],
        verdict=reached[0],
        photo=0,
        view=view,
        frame=frame,
        box=detection.box,
        policy=wording.code,
        reason=wording.reason,
        seller_message=wording.seller_message,
        detector=detection.detector,
        detector_label=detection.label,
        note=detection.note,
    )


def _failures(evidence: Evidence) -> list[str]:
    if evidence.detectors and not evidence.views and not evidence.failures:
        return [NOTHING_SEEN]
    return list(evidence.failures)


def _missing(evidence: Evidence, policy: Policy) -> list[str]:
    return [
        f"The policy requires the layer {name}, which did not look at this photo."
        for name in policy.required_layers
        if name not in evidence.versions
    ]


def _in_order(flags: Iterable[FlaggedLabel]) -> tuple[FlaggedLabel, ...]:
    """Most severe first, then by score; equals keep their order."""
    return tuple(sorted(flags, key=lambda flag: (-severity(flag.verdict), -flag.score)))


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
