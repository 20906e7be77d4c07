"""The thresholds file and the three steps kept apart."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photo_quality import ThresholdsError, decide, load_thresholds, measure, score
from photo_quality.thresholds import Thresholds

SHIPPED = Path(__file__).parents[2] / "photo_quality" / "data" / "thresholds.toml"


@pytest.fixture(scope="module")
def thresholds() -> Thresholds:
    return load_thresholds()


def test_every_rule_names_measures_that_are_made(
    thresholds: Thresholds, photos: dict[str, NDArray[np.uint8]]
) -> None:
    measures = measure(photos["coffee"])
    for rule in thresholds.issues.values():
        assert rule.measure in measures
        assert all(condition.measure in measures for condition in rule.only_if)


def test_a_threshold_changes_without_touching_a_pixel(
    thresholds: Thresholds, photos: dict[str, NDArray[np.uint8]]
) -> None:
    measures = measure(photos["coffee"])
    stricter = thresholds.with_threshold("blurry", measures["softness"] - 1)
    for rules, expected in ((thresholds, False), (stricter, True)):
        issues = decide(score(measures, rules), measures, rules)
        assert ("blurry" in {issue.code for issue in issues}) is expected


def test_the_score_at_the_threshold_is_a_half(
    thresholds: Thresholds, photos: dict[str, NDArray[np.uint8]]
) -> None:
    measures = measure(photos["coffee"])
    moved = thresholds.with_threshold("too_dark", measures["highlights"])
    assert score(measures, moved)["too_dark"] == 0.5
    assert "too_dark" not in {i.code for i in decide(score(measures, moved), measures, moved)}


def test_every_loss_is_that_of_a_known_issue(thresholds: Thresholds) -> None:
    assert set(thresholds.losses) <= set(thresholds.issues)


def test_no_severity_exceeds_the_most_of_its_rule(thresholds: Thresholds) -> None:
    everything = dict.fromkeys(thresholds.issues, 1.0)
    measures = {rule.measure: 0.0 for rule in thresholds.issues.values()}
    alone = replace(
        thresholds,
        issues={code: replace(rule, yields_to=()) for code, rule in thresholds.issues.items()},
    )
    issues = decide(everything, measures, alone)
    assert {issue.code: issue.severity for issue in issues} == {
        code: rule.most for code, rule in alone.issues.items()
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('bad = "high"', 'bad = "sideways"', "sideways"),
        ("severe_from = 0.9", "severe_from = 9", "severe_from"),
        ("scale = 0.12", "scale = 0.0", "scale"),
        ('most = "info"', 'most = "awful"', "most"),
        ('yields_to = ["noisy"', 'yields_to = ["noisey"', "noisey"),
        ("first = 3.0", "frist = 3.0", "frist"),
        ('problem = "is blurred"', "", "problem"),
        ("[cover]", "[cover", "line"),
    ],
)
def test_a_damaged_file_is_refused_with_the_reason(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "thresholds.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ThresholdsError, match=message):
        load_thresholds(path)
