"""Level by level: departments first, each spoken for by the best of all below it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from taggers.facets import NONE_OF_THESE
from taggers.levels import Levels
from taggers.prompts import category_prompts
from taggers.scoring import independent, softmax, way_of

MUGS, CUPS, HOME = "home.kitchen.mugs", "home.kitchen.cups", "home"
BOOTS, FACES = "shoes.boots", "not_listing.faces"
LABELS = (MUGS, BOOTS, HOME, FACES, CUPS)
LOGITS = arrays.arrays(np.float64, (3, len(LABELS)), elements=st.floats(-120, 120))


def test_a_hand_computed_tree() -> None:
    # departments: home (its best is mugs, 3), shoes (2), not_listing (1); in home: kitchen or
    # home itself (0); in kitchen: mugs (3) or cups (2)
    found = Levels(LABELS).probabilities(np.array([[3.0, 2.0, 0.0, 1.0, 2.0]]))[0]
    top = softmax(np.array([[3.0, 2.0, 1.0]]))[0]
    inside = softmax(np.array([[3.0, 0.0]]))[0]
    kinds = softmax(np.array([[3.0, 2.0]]))[0]
    kitchen = top[0] * inside[0]
    expected = [kitchen * kinds[0], top[1], top[0] * inside[1], top[2], kitchen * kinds[1]]
    np.testing.assert_allclose(found, expected)


@given(LOGITS)
def test_probabilities_sum_to_one_and_a_departments_is_that_of_its_best_label(
    logits: NDArray[np.float64],
) -> None:
    found = Levels(LABELS).probabilities(logits)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    home = [LABELS.index(label) for label in (MUGS, CUPS, HOME)]
    best = np.stack([logits[:, home].max(axis=1), logits[:, 1], logits[:, 3]], axis=1)
    np.testing.assert_allclose(found[:, home].sum(axis=1), softmax(best)[:, 0])


@given(LOGITS, st.permutations(range(len(LABELS))), st.floats(-50, 50))
def test_neither_the_order_of_labels_nor_a_bias_common_to_all_changes_anything(
    logits: NDArray[np.float64], order: list[int], bias: float
) -> None:
    expected = Levels(LABELS).probabilities(logits)[:, order]
    labels = [LABELS[place] for place in order]
    found = Levels(labels).probabilities(logits[:, order] + bias)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_a_department_of_many_kinds_gets_no_more_than_one_of_few() -> None:
    labels = [*(f"clothing.kind{number}" for number in range(100)), "watches.digital"]
    even = np.zeros((1, len(labels)))
    assert Levels(labels).probabilities(even)[0, -1] == pytest.approx(0.5)
    assert softmax(even)[0, -1] == pytest.approx(1 / 101)


def test_labels_without_levels_are_one_softmax() -> None:
    logits = np.array([[1.0, 3.0, 2.0]])
    np.testing.assert_allclose(Levels(["a", "b", "c"]).probabilities(logits), softmax(logits))
    np.testing.assert_array_equal(Levels(["a.b"]).probabilities(np.array([[5.0]])), [[1.0]])


def test_every_node_of_the_taxonomy_is_reached() -> None:
    labels = list(category_prompts())
    levels = Levels(labels)
    for place in range(0, len(labels), 7):
        logits = np.zeros((1, len(labels)))
        logits[0, place] = 60.0
        assert levels.probabilities(logits)[0, place] > 0.999, labels[place]


STYLES = ("retro", "rustic", "glam", NONE_OF_THESE)


def test_independent_labels_may_be_several_and_must_be_ahead_of_the_fourth() -> None:
    found = independent(np.array([[8.0, 7.0, 6.0, 5.0, 0.0, 1.0]]), 5)[0]
    np.testing.assert_allclose(found[:4], 1 / (1 + np.exp([-3.0, -2.0, -1.0, 0.0])))
    assert found[4] < 0.01
    assert found[5] == pytest.approx(1 - found[0])


def test_of_two_independent_labels_one_may_be_true() -> None:
    found = independent(np.array([[5.0, 2.0, -4.0]]), 2)[0]
    np.testing.assert_allclose(found[:2], [1 / (1 + np.exp(-3.0)), 0.5])


def test_none_of_these_is_what_a_label_must_beat() -> None:
    found = independent(np.array([[1.0, 0.0, 0.0, 9.0]]), 3)[0]
    assert (found[:3] < 0.001).all()
    assert found[3] > 0.999


@given(arrays.arrays(np.float64, (2, 6), elements=st.floats(-120, 120)), st.integers(0, 5))
def test_independent_probabilities_are_finite_and_at_most_three_labels_are_likely(
    logits: NDArray[np.float64], none: int
) -> None:
    found = independent(logits, none)
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.delete(found, none, axis=1) > 0.5).sum(axis=1).max() <= 3
    np.testing.assert_allclose(independent(logits + 7.0, none), found, atol=1e-9)


def test_none_of_these_alone_is_all_there_is() -> None:
    np.testing.assert_array_equal(independent(np.array([[2.0]]), 0), [[1.0]])


def test_independent_labels_need_none_of_these() -> None:
    with pytest.raises(ValueError, match="need 'none_of_these'"):
        way_of("independent", ("retro", "rustic"))
