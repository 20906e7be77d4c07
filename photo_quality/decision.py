"""Deciding: scores and thresholds to issues with advice."""

from collections.abc import Mapping

from .measures import Measures
from .results import Issue
from .thresholds import IssueRule, Severity, Thresholds

_FLAGGED = 0.5
_ORDER = {"severe": 0, "warn": 1, "info": 2}


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
    return tuple(sorted(issues, key=lambda issue: _rank(issue, thresholds)))


def _rank(issue: Issue, thresholds: Thresholds) -> tuple[int, float]:
    """By severity, then by what the issue takes off the photo's score."""
    curve = thresholds.losses.get(issue.code)
    return _ORDER[issue.severity], -curve.loss_at(issue.score) if curve else 0.0


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
