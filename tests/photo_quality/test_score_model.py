"""The fitted part of the photo's score."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_quality import QualityModelError, load_thresholds, overall
from photo_quality.score_model import LossCurve, load_losses
from photo_quality.scoring import total_loss

THRESHOLDS = load_thresholds()
CODES = sorted(THRESHOLDS.issues)
SCORES = st.fixed_dictionaries({code: st.floats(0, 1) for code in CODES})


@settings(max_examples=150, deadline=None)
@given(scores=SCORES, code=st.sampled_from(CODES), more=st.floats(0, 1))
def test_more_of_any_issue_never_raises_the_score(
    scores: dict[str, float], code: str, more: float
) -> None:
    worse = {**scores, code: max(scores[code], more)}
    assert overall(worse, THRESHOLDS) <= overall(scores, THRESHOLDS)
    assert total_loss(worse, THRESHOLDS) >= total_loss(scores, THRESHOLDS)


@settings(max_examples=50, deadline=None)
@given(scores=SCORES)
def test_the_score_lies_between_0_and_100(scores: dict[str, float]) -> None:
    assert 0 <= overall(scores, THRESHOLDS) <= 100


def test_nothing_wrong_scores_100_and_a_placeholder_next_to_nothing() -> None:
    clean = dict.fromkeys(CODES, 0.0)
    assert overall(clean, THRESHOLDS) == 100
    assert overall({**clean, "placeholder": 1.0}, THRESHOLDS) <= 10


@pytest.mark.parametrize("code", sorted(THRESHOLDS.losses))
def test_every_curve_takes_nothing_off_what_is_not_there_and_much_off_the_worst(code: str) -> None:
    curve = THRESHOLDS.losses[code]
    assert curve.loss_at(0.0) == 0.0
    assert curve.loss_at(1.0) == curve.loss[-1] > 0.1


@pytest.mark.parametrize(
    ("at", "loss", "message"),
    [
        ((0.0,), (0.0,), "two points"),
        ((0.0, 1.0), (0.0,), "two points"),
        ((0.0, 0.0), (0.0, 1.0), "ascend"),
        ((0.0, 1.0), (1.0, 0.5), "fall"),
        ((0.0, 1.0), (-0.1, 0.5), "below 0"),
        ((0.0, float("inf")), (0.0, 0.5), "finite"),
    ],
)
def test_a_curve_that_could_raise_a_score_is_refused(
    at: tuple[float, ...], loss: tuple[float, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        LossCurve(at, loss)


def test_between_its_points_a_curve_is_straight_in_the_log_odds() -> None:
    curve = LossCurve((0.0, 2.0), (0.0, 1.0))
    assert curve.loss_at(1 / (1 + 2.718281828459045**-1)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"losses": {"blurry": {"at": [0, 1], "loss": [1, 0]}}}']
)
def test_a_damaged_file_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "score.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QualityModelError, match=r"score\.json"):
        load_losses(path)


def test_the_shipped_file_says_what_made_it() -> None:
    path = Path(__file__).parents[2] / "photo_quality" / "data" / "score.json"
    document = json.loads(path.read_text("utf-8"))
    assert document["made_by"] == "benchmarks/score_fit.py"
    assert set(document["fitted"]) <= set(document["losses"]) <= set(CODES)
