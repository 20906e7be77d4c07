"""Calibration error, and how much of it is chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taggers.fitting.reliability import calibration_error, calibration_noise, reliability


def test_calibration_error_is_the_weighted_distance_of_confidence_and_accuracy() -> None:
    confidence = np.array([0.95, 0.97, 0.99, 0.50, 0.52])
    right = np.array([True, True, False, True, False])
    bins = reliability(confidence, right)
    # [14/15, 1] holds three photos and [7/15, 8/15] two.
    assert [one.photos for one in bins] == [2, 3]
    assert calibration_error(bins) == pytest.approx(
        (2 * abs(0.51 - 0.5) + 3 * abs(0.97 - 2 / 3)) / 5
    )


def test_true_confidences_have_no_calibration_error() -> None:
    bins = reliability(np.full(10, 0.7), np.arange(10) < 7)
    assert calibration_error(bins) == pytest.approx(0.0)
    assert calibration_error(()) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_every_photo_is_in_one_bin_and_the_error_is_a_share(
    photos: list[tuple[float, bool]],
) -> None:
    confidence = np.array([c for c, _ in photos])
    bins = reliability(confidence, np.array([r for _, r in photos]))
    assert sum(one.photos for one in bins) == len(photos)
    assert all(one.lower - 1e-9 <= one.confidence <= one.upper + 1e-9 for one in bins)
    for error in (calibration_error(bins), calibration_noise(confidence)):
        assert error is not None
        assert 0 <= error <= 1


def test_noise_is_the_error_of_photos_that_are_right_as_often_as_is_stated() -> None:
    random = np.random.default_rng(3)
    confidence = random.random(400)
    errors = [
        calibration_error(reliability(confidence, random.random(400) < confidence))
        for _ in range(300)
    ]
    assert calibration_noise(confidence) == pytest.approx(np.mean(errors), rel=0.05)


def test_noise_of_one_bin_is_the_mean_deviation_of_a_coin() -> None:
    # 100 tosses of a fair coin deviate from half by 0.0398 on average (binomial).
    assert calibration_noise(np.full(100, 0.5)) == pytest.approx(0.0398, abs=0.004)


def test_noise_falls_with_the_number_of_photos_and_is_nothing_where_all_is_sure() -> None:
    confidence = np.linspace(0.2, 0.95, 300)
    few, many = calibration_noise(confidence), calibration_noise(np.tile(confidence, 16))
    assert few is not None
    assert many == pytest.approx(few / 4, rel=0.1)
    assert calibration_noise(np.ones(50)) == 0.0
    assert calibration_noise(np.zeros(0)) is None


def test_noise_is_the_same_every_time() -> None:
    confidence = np.linspace(0, 1, 99)
    assert calibration_noise(confidence) == calibration_noise(confidence)
