"""Fitted scales and thresholds do what they are fitted for, on the photos they were fitted on."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from taggers.prompts import NOT_LISTING
from taggers.taxonomy import load_taxonomy
from weights.train.calibrate import (
    LEAST_SUGGESTIONS,
    LEAST_THRESHOLD,
    MOST_THRESHOLD,
    Labelled,
    calibration_error,
    fit_scale,
    fit_set,
    least_threshold,
    softmax,
    stack,
    with_negatives,
)

LABELS = (
    "clothing.tops.shirts",
    "clothing.tops.t_shirts",
    "home.furniture.chairs",
    "home.furniture.sofas",
    f"{NOT_LISTING}faces",
)


def drawn(scale: float, count: int, seed: int, labels: tuple[str, ...] = LABELS) -> Labelled:
    """Photos whose right label is drawn from the softmax of their cosines at `scale`."""
    random = np.random.default_rng(seed)
    cosines = random.uniform(-0.2, 0.4, size=(count, len(labels)))
    chances = softmax(scale * cosines).cumsum(axis=1)
    picks = (random.random((count, 1)) > chances).sum(axis=1).clip(max=len(labels) - 1)
    right = np.eye(len(labels), dtype=bool)[picks]
    return Labelled(labels, cosines, right, np.ones(count))


def suggestions(max_size: int = 60) -> st.SearchStrategy[tuple[list[float], list[bool]]]:
    """Confidences, many of them equal, and whether each was right."""
    pair = st.tuples(st.integers(0, 20).map(lambda value: value / 20), st.booleans())
    return st.lists(pair, min_size=LEAST_SUGGESTIONS, max_size=max_size).map(
        lambda pairs: ([one for one, _ in pairs], [two for _, two in pairs])
    )


@given(arrays.arrays(np.float64, (4, 5), elements=st.floats(-1e4, 1e4)))
def test_softmax_rows_are_probabilities_greatest_where_the_logit_is(logits: np.ndarray) -> None:
    probabilities = softmax(logits)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert (probabilities >= 0).all()
    at_greatest = probabilities[np.arange(4), logits.argmax(axis=1)]
    assert (at_greatest == probabilities.max(axis=1)).all()


def test_softmax_of_a_hand_computed_case() -> None:
    np.testing.assert_allclose(softmax(np.log([[1.0, 3.0, 6.0]])), [[0.1, 0.3, 0.6]])


@pytest.mark.parametrize("scale", [8.0, 20.0, 60.0])
def test_fit_scale_recovers_the_scale_that_labels_were_drawn_with(scale: float) -> None:
    assert fit_scale(drawn(scale, 4000, seed=1)) == pytest.approx(scale, rel=0.1)


def test_fit_scale_listens_to_photos_by_their_weight() -> None:
    low, high = drawn(8.0, 2000, seed=1), drawn(60.0, 2000, seed=2)
    only_low = replace(high, weights=np.full(2000, 1e-9))
    assert fit_scale(stack([low, only_low])) == fit_scale(low)


@given(suggestions(), st.sampled_from([0.5, 0.8, 0.95, 1.0]))
def test_a_threshold_below_the_greatest_reaches_the_wanted_precision(
    drawn_pairs: tuple[list[float], list[bool]], precision: float
) -> None:
    confidence, right = (np.array(values) for values in drawn_pairs)
    threshold = least_threshold(confidence, right, precision)
    assert threshold is not None
    assert LEAST_THRESHOLD <= threshold <= MOST_THRESHOLD
    if threshold < MOST_THRESHOLD:
        assert right[confidence >= threshold].mean() >= precision


@given(suggestions(), st.sampled_from([0.5, 0.8, 0.95]))
def test_no_lower_confidence_reaches_the_wanted_precision(
    drawn_pairs: tuple[list[float], list[bool]], precision: float
) -> None:
    confidence, right = (np.array(values) for values in drawn_pairs)
    threshold = least_threshold(confidence, right, precision)
    assert threshold is not None
    for lower in {value for value in confidence if LEAST_THRESHOLD <= value < threshold}:
        held = confidence >= lower
        assert held.sum() < 5 or right[held].mean() < precision


def test_a_threshold_of_equal_confidences_counts_all_of_them() -> None:
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    right = np.array([True] * 15 + [False] * 5)
    assert least_threshold(confidence, right, 0.95) == 0.9


def test_weights_count_a_photo_as_often_as_they_say() -> None:
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    right = np.array([True] * 19 + [False])
    weights = np.ones(20)
    assert least_threshold(confidence, right, 0.95, weights) == 0.6
    weights[-1] = 5
    assert least_threshold(confidence, right, 0.95, weights) == 0.9


def test_too_few_suggestions_give_no_threshold() -> None:
    few = np.full(LEAST_SUGGESTIONS - 1, 0.9)
    assert least_threshold(few, few > 0, 0.95) is None
    assert least_threshold(np.zeros(0), np.zeros(0, bool), 0.95) is None


def test_a_precision_that_is_never_reached_asks_for_the_greatest_confidence() -> None:
    confidence = np.linspace(0.3, 0.9, 40)
    assert least_threshold(confidence, np.zeros(40, bool), 0.95) == MOST_THRESHOLD


def test_calibration_error_of_a_hand_computed_case() -> None:
    confidence = np.array([0.1, 0.2, 0.6, 0.8])
    right = np.array([False, True, True, True])
    # Two bins of two: |0.15 - 0.5| and |0.7 - 1|, each half of the photos.
    assert calibration_error(confidence, right, bins=2) == pytest.approx(0.325)


def test_calibration_error_is_nothing_where_confidence_is_the_rate_of_being_right() -> None:
    confidence = np.full(10, 0.7)
    right = np.array([True] * 7 + [False] * 3)
    assert calibration_error(confidence, right) == pytest.approx(0.0)
    assert calibration_error(np.ones(4), np.ones(4, bool)) == 0.0


def test_fit_set_gives_thresholds_within_bounds_and_says_what_was_measured() -> None:
    entry = fit_set(drawn(20.0, 3000, seed=3), 0.8)
    assert entry.visible == LABELS
    assert entry.measured["photos"] == 3000
    assert 0.5 < entry.measured["top1"] < 1
    assert entry.measured["expected_calibration_error"] < 0.05
    for label in entry.labels.values():
        assert LEAST_THRESHOLD <= label.threshold <= MOST_THRESHOLD
        assert label.support > 0
    assert LEAST_THRESHOLD <= entry.default_threshold <= MOST_THRESHOLD


def test_fit_set_states_precision_and_recall_as_they_are_at_the_stated_threshold() -> None:
    photos = drawn(20.0, 3000, seed=3)
    entry = fit_set(photos, 0.8)
    probabilities = softmax(fit_scale(photos) * photos.cosines)
    for row, label in enumerate(LABELS):
        fitted = entry.labels[label]
        held = (probabilities.argmax(axis=1) == row) & (probabilities[:, row] >= fitted.threshold)
        right = photos.right[:, row]
        assert fitted.precision == pytest.approx(right[held].mean(), abs=1e-4)
        assert fitted.precision >= 0.8 - 1e-3
        assert fitted.recall == pytest.approx((held & right).sum() / right.sum(), abs=1e-4)


def test_with_a_taxonomy_parents_have_thresholds_and_what_nobody_sells_has_none() -> None:
    entry = fit_set(drawn(20.0, 3000, seed=3), 0.8, load_taxonomy())
    assert {"clothing", "clothing.tops", "home", "home.furniture"} <= set(entry.labels)
    assert not any(label.startswith(NOT_LISTING) for label in entry.labels)
    chairs, furniture = entry.labels["home.furniture.chairs"], entry.labels["home.furniture"]
    assert furniture.support > chairs.support
    assert furniture.threshold < chairs.threshold


def test_a_parent_is_right_where_only_its_children_are_confused() -> None:
    cosines = np.array([[0.30, 0.29, 0.0, 0.0, 0.0]] * 40)
    right = np.zeros((40, 5), bool)
    right[:20, 0] = right[20:, 1] = True
    entry = fit_set(Labelled(LABELS, cosines, right, np.ones(40)), 0.95, load_taxonomy())
    assert entry.labels["clothing.tops.shirts"].threshold == MOST_THRESHOLD
    assert entry.labels["clothing.tops"].precision == 1.0


def test_negatives_weigh_their_share_of_the_whole() -> None:
    photos = with_negatives(drawn(20.0, 400, seed=4), 0.25)
    negative = photos.right[:, -1]
    assert photos.weights[negative].sum() == pytest.approx(0.25)
    assert photos.weights[~negative].sum() == pytest.approx(0.75)
