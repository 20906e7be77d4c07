"""Scales by department: one photo, one scale, the order of its labels untouched."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from taggers.scoring import LabelScorer, photo_probabilities, softmax
from weights.labels import LabelMatrix, LabelSet, SetCalibration, department_of

LABELS = ("food.fruit.apples", "food.fruit.pears", "shoes.boots", "not_listing.faces")
COSINES = np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.4, 0.3]], np.float32)


def scorer(scales: dict[str, float]) -> LabelScorer:
    matrix = LabelMatrix(LABELS, np.eye(4, dtype=np.float32))
    calibration = SetCalibration(25.0, 0.5, frozenset(LABELS), department_scales=scales)
    return LabelScorer(LabelSet(matrix, calibration))


def test_a_photo_takes_the_scale_of_its_likeliest_labels_department() -> None:
    found = scorer({"food": 10.0})
    for row, scale in ((0, 10.0), (1, 25.0)):
        np.testing.assert_allclose(
            found.score(COSINES[[row]]), softmax(scale * COSINES[[row]].astype(np.float64))[0]
        )


def test_without_scales_of_departments_all_photos_take_the_common_one() -> None:
    expected = softmax(25.0 * COSINES.astype(np.float64)).mean(axis=0)
    np.testing.assert_array_equal(scorer({}).score(COSINES), expected)


def test_photos_of_one_listing_are_scaled_each_on_its_own() -> None:
    found = scorer({"food": 10.0})
    apart = [found.score(COSINES[[row]]) for row in (0, 1)]
    np.testing.assert_allclose(found.score(COSINES), np.mean(apart, axis=0))


@given(
    arrays.arrays(np.float32, (3, 4), elements=st.floats(-1, 1, width=32)),
    st.floats(4, 120),
    st.floats(4, 120),
)
def test_scales_keep_the_order_of_labels_and_sum_to_one(
    cosines: np.ndarray, common: float, food: float
) -> None:
    scales = np.array([food, food, common, common])
    probabilities = photo_probabilities(cosines, scales)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    for row, own in zip(probabilities, cosines, strict=True):
        assert (np.diff(row[np.argsort(own, kind="stable")]) >= 0).all()


@given(arrays.arrays(np.float64, (4, 5), elements=st.floats(-1e4, 1e4)))
def test_softmax_rows_are_probabilities_greatest_where_the_logit_is(logits: np.ndarray) -> None:
    probabilities = softmax(logits)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert (probabilities >= 0).all()
    at_greatest = probabilities[np.arange(4), logits.argmax(axis=1)]
    assert (at_greatest == probabilities.max(axis=1)).all()


def test_softmax_of_a_hand_computed_case() -> None:
    np.testing.assert_allclose(softmax(np.log([[1.0, 3.0, 6.0]])), [[0.1, 0.3, 0.6]])


@pytest.mark.parametrize(
    ("label", "department"), [("food.fruit.apples", "food"), ("watches", "watches")]
)
def test_a_department_is_the_first_part_of_an_id(label: str, department: str) -> None:
    assert department_of(label) == department
