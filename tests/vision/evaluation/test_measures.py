"""The figures, checked by hand."""

import numpy as np
import pytest

from vision.evaluation.measures import (
    MISSED,
    NONE,
    Ranking,
    class_counts,
    confusions,
    macro_f1,
    nearest_neighbour_rates,
    ranking,
    top_k,
)

TRUTH = np.array([0, 0, 0, 1, 1, 2])
PREDICTED = np.array([0, 0, 1, 1, 0, 1])


def test_the_right_class_is_ranked_by_falling_score() -> None:
    assert ranking([0.2, 0.5, 0.3], truth=2) == Ranking(predicted=1, rank=1)
    assert ranking([0.2, 0.5, 0.3], truth=1) == Ranking(predicted=1, rank=0)


def test_ties_are_ranked_in_the_order_of_the_classes() -> None:
    assert ranking([0.4, 0.4, 0.2], truth=1) == Ranking(predicted=0, rank=1)


def test_a_class_without_any_score_is_missed_however_few_classes_there_are() -> None:
    assert ranking([0.7, 0.0], truth=1) == Ranking(predicted=0, rank=MISSED)
    assert ranking([0.0, 0.0], truth=0) == Ranking(predicted=NONE, rank=MISSED)
    assert top_k(np.array([MISSED, 0]), 5) == 0.5


def test_top_k_counts_the_photos_ranked_high_enough() -> None:
    ranks = np.array([0, 0, 1, 4, 5])
    assert top_k(ranks, 1) == 0.4
    assert top_k(ranks, 5) == 0.8
    assert top_k(np.array([], np.int64), 1) is None


def test_macro_f1_is_the_mean_over_classes_that_are_met() -> None:
    counts = class_counts(TRUTH, PREDICTED, classes=4)
    assert [(one.support, one.given, one.right) for one in counts] == [
        (3, 3, 2),
        (2, 3, 1),
        (1, 0, 0),
        (0, 0, 0),
    ]
    # F1 of 2/3, 2*1/(2+3) = 2/5 and 0; the fourth class was met by nobody.
    assert macro_f1(counts) == pytest.approx((2 / 3 + 2 / 5 + 0) / 3)
    assert counts[0].precision == pytest.approx(2 / 3)
    assert counts[2].precision is None
    assert counts[3].recall is None
    assert macro_f1([]) is None


def test_a_prediction_of_nothing_counts_against_recall_alone() -> None:
    (counts,) = class_counts(np.array([0, 0]), np.array([0, NONE]), classes=1)
    assert (counts.precision, counts.recall) == (1.0, 0.5)


def test_confused_pairs_come_with_their_photos_most_frequent_first() -> None:
    truth = np.array([0, 1, 1, 2, 1])
    predicted = np.array([1, 0, 0, 2, NONE])
    found = confusions(truth, predicted)
    assert [(pair, places.tolist()) for pair, places in found.items()] == [
        ((1, 0), [1, 2]),
        ((0, 1), [0]),
    ]


def unit(*rows: tuple[float, float]) -> np.ndarray:
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_nearest_other_photo_decides_and_a_single_photo_of_a_class_is_missed() -> None:
    embeddings = unit((1, 0), (1, 0.1), (0, 1), (0.1, 1), (0.9, 1))
    assert nearest_neighbour_rates(embeddings, [np.array([0, 0, 1, 1, 2])]) == [4 / 5]


def test_photos_without_a_label_are_neither_asked_nor_answer() -> None:
    embeddings = unit((1, 0), (1, 0.1), (1, 0.3))
    unlabelled_between = np.array([0, NONE, 0])
    alone = np.array([0, NONE, NONE])
    assert nearest_neighbour_rates(embeddings, [unlabelled_between, alone]) == [1.0, None]


def test_neighbours_are_the_same_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    embeddings = unit(*random.normal(size=(40, 2)).tolist())
    truth = random.integers(-1, 4, 40)
    whole = nearest_neighbour_rates(embeddings, [truth])
    monkeypatch.setattr("vision.evaluation.measures.CHUNK_PHOTOS", 7)
    assert nearest_neighbour_rates(embeddings, [truth]) == whole
    cosines = embeddings @ embeddings.T
    np.fill_diagonal(cosines, -np.inf)
    labelled = np.flatnonzero(truth != NONE)
    nearest = labelled[cosines[np.ix_(labelled, labelled)].argmax(axis=1)]
    assert whole == [pytest.approx((truth[nearest] == truth[labelled]).mean())]
