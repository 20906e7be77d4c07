"""Thresholds reach the precision that they are fitted for, on the photos they were fitted on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from taggers.facets import NONE_OF_THESE
from taggers.fitting.photos import LabelledPhotos
from taggers.fitting.thresholds import (
    LEAST_SUGGESTIONS,
    LEAST_THRESHOLD,
    MOST_THRESHOLD,
    default_threshold,
    label_thresholds,
    least_threshold,
)
from taggers.prompts import NOT_LISTING
from taggers.scoring import softmax
from taggers.taxonomy import load_taxonomy
from tests.taggers.fitting.drawn import CHAIRS, LABELS, SHIRTS, T_SHIRTS, drawn, photos
from weights.labels import LabelCalibration

TREE = load_taxonomy()


def suggestions(max_size: int = 60) -> st.SearchStrategy[tuple[list[float], list[bool]]]:
    """Confidences, many of them equal, and whether each was right."""
    pair = st.tuples(st.integers(0, 20).map(lambda value: value / 20), st.booleans())
    return st.lists(pair, min_size=LEAST_SUGGESTIONS, max_size=max_size).map(
        lambda pairs: ([one for one, _ in pairs], [two for _, two in pairs])
    )


def least(
    confidence: np.ndarray, right: np.ndarray, precision: float, weights: np.ndarray | None = None
) -> float | None:
    counts = np.ones(len(confidence)) if weights is None else weights
    return least_threshold(confidence, right, precision, counts)


@given(suggestions(), st.sampled_from([0.5, 0.8, 0.95, 1.0]))
def test_a_threshold_below_the_greatest_reaches_the_wanted_precision(
    drawn_pairs: tuple[list[float], list[bool]], precision: float
) -> None:
    confidence, right = (np.array(values) for values in drawn_pairs)
    threshold = least(confidence, right, precision)
    assert threshold is not None
    assert LEAST_THRESHOLD <= threshold <= MOST_THRESHOLD
    if threshold < MOST_THRESHOLD:
        assert right[confidence >= threshold].mean() >= precision


@given(suggestions(), st.sampled_from([0.5, 0.8, 0.95]))
def test_no_lower_confidence_reaches_the_wanted_precision(
    drawn_pairs: tuple[list[float], list[bool]], precision: float
) -> None:
    confidence, right = (np.array(values) for values in drawn_pairs)
    threshold = least(confidence, right, precision)
    assert threshold is not None
    for lower in {value for value in confidence if LEAST_THRESHOLD <= value < threshold}:
        held = confidence >= lower
        assert held.sum() < 5 or right[held].mean() < precision


def test_a_threshold_of_equal_confidences_counts_all_of_them() -> None:
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    right = np.array([True] * 15 + [False] * 5)
    assert least(confidence, right, 0.95) == 0.9


def test_weights_count_a_photo_as_often_as_they_say() -> None:
    confidence = np.array([0.9] * 10 + [0.6] * 10)
    right = np.array([True] * 19 + [False])
    weights = np.ones(20)
    assert least(confidence, right, 0.95, weights) == 0.6
    weights[-1] = 5
    assert least(confidence, right, 0.95, weights) == 0.9


def test_too_few_suggestions_give_no_threshold() -> None:
    few = np.full(LEAST_SUGGESTIONS - 1, 0.9)
    assert least(few, few > 0, 0.95) is None
    assert least(np.zeros(0), np.zeros(0, bool), 0.95) is None


def test_a_precision_that_is_never_reached_asks_for_the_greatest_confidence() -> None:
    assert least(np.linspace(0.3, 0.9, 40), np.zeros(40, bool), 0.95) == MOST_THRESHOLD


def test_labels_state_precision_and_recall_as_they_are_at_their_threshold() -> None:
    found = drawn(20.0, 3000, seed=3)
    probabilities = softmax(20.0 * found.cosines)
    fitted = label_thresholds(found, probabilities, 0.8, None)
    for row, label in enumerate(LABELS):
        one, right = fitted[label], found.truth == row
        held = (found.likeliest == row) & (probabilities[:, row] >= one.threshold)
        assert one.precision == pytest.approx(right[held].mean())
        assert one.precision >= 0.8 - 1e-3
        assert one.recall == pytest.approx((held & right).sum() / right.sum())
        assert one.support == right.sum()


def test_with_a_taxonomy_parents_have_thresholds_and_what_nobody_sells_has_none() -> None:
    found = drawn(20.0, 3000, seed=3)
    fitted = label_thresholds(found, softmax(20.0 * found.cosines), 0.8, TREE)
    assert {"clothing", "clothing.tops", "home", "home.furniture"} <= set(fitted)
    assert not any(label.startswith(NOT_LISTING) for label in fitted)
    chairs, furniture = fitted[CHAIRS], fitted["home.furniture"]
    assert furniture.support > chairs.support
    assert furniture.threshold < chairs.threshold


def test_a_parent_is_right_where_only_its_children_are_confused() -> None:
    cosines = np.tile([0.30, 0.29, 0.0, 0.0, 0.0], (40, 1))
    found = photos(cosines, np.arange(40) // 20)
    fitted = label_thresholds(found, softmax(20.0 * cosines), 0.95, TREE)
    assert fitted[SHIRTS].threshold == MOST_THRESHOLD
    assert fitted["clothing.tops"].precision == 1.0


def test_a_coarse_label_does_not_let_a_fine_one_through() -> None:
    cosines = np.tile([0.30, 0.28, 0.0, 0.0, 0.0], (40, 1))
    tops = LabelledPhotos.of_column(LABELS, cosines, [frozenset({SHIRTS, T_SHIRTS})], [0] * 40)
    fitted = label_thresholds(tops, softmax(20.0 * cosines), 0.95, TREE)
    assert fitted[SHIRTS].threshold == MOST_THRESHOLD
    assert fitted["clothing.tops"].threshold < 0.999
    assert fitted["clothing.tops"].precision == 1.0


def test_the_default_is_fitted_on_the_photos_that_it_will_decide() -> None:
    cosines = np.repeat([[0.5, 0.0], [0.0, 0.1]], 30, axis=0)
    truth = np.array([0] * 30 + [1] * 15 + [0] * 15)
    found = photos(cosines, truth, (SHIRTS, CHAIRS))
    probabilities = softmax(20.0 * cosines)
    known = {SHIRTS: LabelCalibration(0.5)}
    assert default_threshold(found, probabilities, 0.9, known) == MOST_THRESHOLD
    every = {**known, CHAIRS: LabelCalibration(0.5)}
    assert default_threshold(found, probabilities, 0.9, every, before=0.61) == 0.61
    overall = default_threshold(found, probabilities, 0.7, every)
    assert LEAST_THRESHOLD <= overall < MOST_THRESHOLD


def test_none_of_these_has_no_threshold_however_many_photos_it_is_likeliest_of() -> None:
    labels = ("retro", "rustic", NONE_OF_THESE)
    found = drawn(20.0, 900, seed=3, labels=labels)
    probabilities = softmax(20.0 * found.cosines)
    assert (found.likeliest == 2).sum() > 10 * LEAST_SUGGESTIONS
    fitted = label_thresholds(found, probabilities, 0.8, None)
    assert set(fitted) == {"retro", "rustic"}


@pytest.mark.parametrize("nothing", [NONE_OF_THESE, "not_listing.faces"])
@pytest.mark.parametrize("known", [{}, {"retro": LabelCalibration(0.5)}])
def test_photos_of_which_nothing_is_suggested_do_not_move_the_default_threshold(
    known: dict[str, LabelCalibration], nothing: str
) -> None:
    sure_of_none = np.tile([0.0, 0.0, 0.4], (400, 1))
    labelled = np.repeat([[0.2, 0.0, 0.0], [0.0, 0.05, 0.0]], 30, axis=0)
    truth = np.array([0] * 30 + [1] * 20 + [0] * 10)
    labels = ("retro", "rustic", nothing)
    alone = photos(labelled, truth, labels)
    nothing_is_right = np.full(400, 2)
    among_others = photos(
        np.concatenate([labelled, sure_of_none]),
        np.concatenate([truth, nothing_is_right]),
        labels,
    )
    expected = default_threshold(alone, softmax(20.0 * alone.cosines), 0.9, known)
    found = default_threshold(among_others, softmax(20.0 * among_others.cosines), 0.9, known)
    assert found == expected


def test_where_none_of_these_is_always_likeliest_there_is_nothing_to_fit() -> None:
    cosines = np.tile([0.0, 0.4], (40, 1))
    found = photos(cosines, np.ones(40, np.int64), ("retro", NONE_OF_THESE))
    probabilities = softmax(20.0 * cosines)
    assert label_thresholds(found, probabilities, 0.9, None) == {}
    assert default_threshold(found, probabilities, 0.9, {}, before=0.61) == 0.61
    assert default_threshold(found, probabilities, 0.9, {}) == MOST_THRESHOLD
