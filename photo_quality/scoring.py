"""Scoring: measures to a score per issue, and those to the photo's."""

import math
from collections.abc import Mapping

from .measures import Measures
from .thresholds import IssueRule, Thresholds

_STEEPEST = 60.0  # beyond it the logistic is 0 or 1 to the last bit


def score(measures: Measures, thresholds: Thresholds) -> dict[str, float]:
    """Score every issue, 0 (certainly not) to 1 (certainly and badly), 0.5 at its threshold."""
    return {code: _score_issue(measures, rule) for code, rule in thresholds.issues.items()}


def overall(scores: Mapping[str, float], thresholds: Thresholds) -> int:
    """Combine the scores of all issues into that of the photo, 0..100.

    Each issue keeps a share 1 - weight x score of what the others left, so that a photo with
    any one issue worse never scores higher.
    """
    left = 1.0
    for code, rule in thresholds.issues.items():
        spare = 1.0 - thresholds.ignore_below
        effective = max(0.0, scores[code] - thresholds.ignore_below) / spare if spare else 0.0
        left *= 1.0 - rule.weight * effective
    return round(100 * left)


def _score_issue(measures: Measures, rule: IssueRule) -> float:
    for condition in rule.only_if:
        if not condition.least <= measures[condition.measure] <= condition.most:
            return 0.0
    excess = (measures[rule.measure] - rule.threshold) / rule.scale
    if rule.bad == "low":
        excess = -excess
    excess = max(-_STEEPEST, min(_STEEPEST, excess))
    return 1.0 / (1.0 + math.exp(-excess))
