"""Deciding: scores and thresholds to issues with advice."""

from collections.abc import Mapping

from .measures import Measures
from .results import Issue
from .thresholds import IssueRule, Severity, Thresholds

_FLAGGED = 0.5


def decide(
    scores: Mapping[str, float], measures: Measures, thresholds: Thresholds
) -> tuple[Issue, ...]:
    """Name the issues of a photo, worst first.

    An issue is one whose score is above 0.5, unless another one that explains it is there too.
    """
    found = {code for code, value in scores.items() if value > _FLAGGED}
    issues = [
        _make_issue(rule, scores[code], measures[rule.measure], thresholds.severe_from)
        for code, rule in thresholds.issues.items()
        if code in found and not found.intersection(rule.yields_to)
    ]
    weights = {code: rule.weight for code, rule in thresholds.issues.items()}
    order = {"severe": 0, "warn": 1, "info": 2}
    return tuple(sorted(issues, key=lambda i: (order[i.severity], -i.score * weights[i.code])))


def _make_issue(rule: IssueRule, score: float, value: float, severe_from: float) -> Issue:
    return Issue(
        code=rule.code,
        severity=_severity(rule.most, score, severe_from),
        value=value,
        threshold=rule.threshold,
        score=score,
        advice=f"This photo {rule.problem}: {rule.action}.",
    )


def _severity(most: Severity, score: float, severe_from: float) -> Severity:
    if most == "severe" and score < severe_from:
        return "warn"
    return most
