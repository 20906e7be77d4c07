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

    100 times exp(-sum of what each issue takes off). What an issue takes off never falls as its
    score rises, so a photo with any one issue worse never scores higher.
    """
    return round(100 * math.exp(-total_loss(scores, thresholds)))


def total_loss(scores: Mapping[str, float], thresholds: Thresholds) -> float:
    """What all issues together take off, from 0 (nothing) up, without rounding."""
    return math.fsum(curve.loss_at(scores[code]) for code, curve in thresholds.losses.items())


def _score_issue(measures: Measures, rule: IssueRule) -> float:
    for condition in rule.only_if:
        if not condition.least <= measures[condition.measure] <= condition.most:
            return 0.0
    excess = (measures[rule.measure] - rule.threshold) / rule.scale
    if rule.bad == "low":
        excess = -excess
    excess = max(-_STEEPEST, min(_STEEPEST, excess))
    return 1.0 / (1.0 + math.exp(-excess))
