"""Category: sure leaves, back-off to a parent, and abstaining."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from taggers.category import UNCALIBRATED, CategoryTagger
from taggers.prompts import NOT_LISTING
from taggers.results import Category
from taggers.taxonomy import Taxonomy, load_taxonomy
from weights.labels import LabelCalibration, LabelMatrix, LabelSet, SetCalibration

MUGS, CUPS = "home.kitchen.drinkware.mugs", "home.kitchen.drinkware.cups"
PLATES, LEOPARD = "home.kitchen.tableware.plates", "not_listing.leopard"
LABELS = (MUGS, CUPS, PLATES, LEOPARD)
Make = Callable[..., LabelSet]
TREE = load_taxonomy()


@pytest.fixture
def tagger(make_label_set: Make, taxonomy: Taxonomy) -> CategoryTagger:
    return CategoryTagger(make_label_set(LABELS), taxonomy)


def chosen(category: Category | None) -> str | None:
    return None if category is None else category.id


def test_a_sure_leaf_is_suggested_with_its_path_and_reason(tagger: CategoryTagger) -> None:
    result = tagger.decide(np.array([0.91, 0.05, 0.03, 0.01]))
    assert result.category is not None
    assert result.category.id == MUGS
    assert result.category.path[-2:] == ("Drinkware", "Mugs")
    assert result.category.confidence == pytest.approx(0.91)
    assert result.category.reason == (
        "The photos look most like Mugs (0.91); next: Cups & Saucers (0.05)."
    )


def test_alternatives_are_the_other_nodes_by_falling_probability(tagger: CategoryTagger) -> None:
    result = tagger.decide(np.array([0.9, 0.02, 0.05, 0.03]))
    assert [(a.id, a.confidence) for a in result.alternatives] == [(PLATES, 0.05), (CUPS, 0.02)]


def test_unsure_between_two_leaves_backs_off_to_their_parent(tagger: CategoryTagger) -> None:
    result = tagger.decide(np.array([0.48, 0.45, 0.05, 0.02]))
    assert result.category is not None
    assert result.category.id == "home.kitchen.drinkware"
    assert result.category.confidence == pytest.approx(0.93)
    assert "which kind is unsure: Mugs (0.48), Cups & Saucers (0.45)" in result.reason
    assert [a.id for a in result.alternatives] == [MUGS, CUPS, PLATES]


def test_only_kinds_of_the_parent_are_named_as_unsure(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    tagger = CategoryTagger(make_label_set(LABELS, {"home.kitchen.drinkware": 0.5}), taxonomy)
    result = tagger.decide(np.array([0.4, 0.15, 0.35, 0.1]))
    assert chosen(result.category) == "home.kitchen.drinkware"
    assert result.reason.endswith("unsure: Mugs (0.40), Cups & Saucers (0.15).")


def test_unsure_among_things_for_sale_is_not_called_not_for_sale(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    tagger = CategoryTagger(make_label_set(LABELS, default=0.9), taxonomy)
    result = tagger.decide(np.array([0.3, 0.25, 0.0, 0.45]))
    assert result.category is None
    assert result.reason.startswith("No category is sure enough: the nearest is Mugs (0.30)")


def test_the_parents_own_threshold_decides(make_label_set: Make, taxonomy: Taxonomy) -> None:
    labels = make_label_set(LABELS, {"home.kitchen.drinkware": 0.95, "home.kitchen": 0.97})
    tagger = CategoryTagger(labels, taxonomy)
    assert chosen(tagger.decide(np.array([0.48, 0.45, 0.05, 0.02])).category) == "home.kitchen"


def test_nothing_is_suggested_below_every_threshold(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    tagger = CategoryTagger(make_label_set(LABELS, default=0.8), taxonomy)
    result = tagger.decide(np.array([0.4, 0.2, 0.1, 0.3]))
    assert result.category is None
    assert result.reason == (
        "No category is sure enough: the nearest is Mugs (0.40), and 0.80 is needed."
    )


def test_a_leopard_is_not_for_sale(tagger: CategoryTagger) -> None:
    result = tagger.decide(np.array([0.1, 0.05, 0.05, 0.8]))
    assert result.category is None
    assert result.not_listing == pytest.approx(0.8)
    assert result.reason == (
        "The photos look like something that is not for sale (0.80), most like Leopards (0.80)."
    )


def test_a_low_threshold_does_not_outvote_what_is_not_for_sale(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    tagger = CategoryTagger(make_label_set(LABELS, default=0.1), taxonomy)
    assert tagger.decide(np.array([0.3, 0.1, 0.05, 0.55])).category is None


def test_no_photo_means_no_category(tagger: CategoryTagger) -> None:
    result = tagger.categorize(np.zeros((0, len(LABELS)), np.float32))
    assert result.category is None
    assert result.alternatives == ()
    assert result.reason == "There is no readable photo to look at."


def test_scores_are_the_softmax_of_each_photo_averaged(tagger: CategoryTagger) -> None:
    photos = np.eye(len(LABELS), dtype=np.float32)[[0, 1]]
    per_photo = np.exp(10 * photos) / np.exp(10 * photos).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(tagger.score(tagger.measure(photos)), per_photo.mean(axis=0))


def test_two_views_that_disagree_give_the_parent(tagger: CategoryTagger) -> None:
    photos = np.eye(len(LABELS), dtype=np.float32)[[0, 1]]
    assert chosen(tagger.categorize(photos).category) == "home.kitchen.drinkware"


def test_a_label_that_the_bundle_cannot_see_is_never_suggested(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    tagger = CategoryTagger(make_label_set(LABELS, visible=(CUPS, LEOPARD)), taxonomy)
    result = tagger.categorize(np.eye(len(LABELS), dtype=np.float32)[[0]])
    assert MUGS not in result.probabilities
    assert chosen(result.category) != MUGS


def test_a_visible_parent_counts_beside_its_children(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    tagger = CategoryTagger(make_label_set(("watches", "watches.smartwatches")), taxonomy)
    result = tagger.decide(np.array([0.55, 0.45]))
    assert result.category is not None
    assert result.category.id == "watches"
    assert result.category.confidence == pytest.approx(1.0)


def test_a_node_that_the_taxonomy_has_not_is_refused(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    with pytest.raises(ValueError, match=r"not in taxonomy 1: home\.spaceships"):
        CategoryTagger(make_label_set(("home.spaceships",)), taxonomy)


@pytest.mark.parametrize("shape", [(4,), (1, 3), (2, 5)])
def test_embeddings_of_another_shape_are_refused(
    tagger: CategoryTagger, shape: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="expected N x 4"):
        tagger.categorize(np.zeros(shape, np.float32))


def test_embeddings_that_are_not_finite_are_refused(tagger: CategoryTagger) -> None:
    with pytest.raises(ValueError, match="finite"):
        tagger.categorize(np.full((1, 4), np.nan, np.float32))


ALL = (MUGS, CUPS, PLATES, "home.kitchen", "watches", "watches.smartwatches", LEOPARD)
WEIGHTS = arrays.arrays(np.float64, len(ALL), elements=st.floats(0, 1)).filter(
    lambda w: w.sum() > 0
)
THRESHOLDS = st.lists(st.floats(0, 1), min_size=len(ALL), max_size=len(ALL))


@given(weights=WEIGHTS, thresholds=THRESHOLDS, default=st.floats(0, 1))
def test_what_is_suggested_reaches_its_threshold_and_parents_are_at_least_as_likely(
    weights: NDArray[np.float64], thresholds: list[float], default: float
) -> None:
    calibration = SetCalibration(
        10.0,
        default,
        frozenset(ALL),
        {label: LabelCalibration(t) for label, t in zip(ALL, thresholds, strict=True)},
    )
    matrix = LabelMatrix(ALL, np.eye(len(ALL), dtype=np.float32))
    tagger = CategoryTagger(LabelSet(matrix, calibration), TREE)
    result = tagger.decide(weights / weights.sum())
    own = result.probabilities
    assert len(result.alternatives) <= 4
    assert 0 <= result.not_listing <= 1
    assert result.reason.endswith(".")
    if result.category is None:
        return
    node = result.category.id
    below = {node, *TREE.descendants(node)}
    assert not node.startswith(NOT_LISTING)
    assert result.category.confidence >= calibration.threshold(node)
    assert result.category.confidence > result.not_listing
    assert result.category.confidence == pytest.approx(sum(own[x] for x in own if x in below))
    for child in TREE.children(node):
        inside = {child, *TREE.descendants(child)}
        assert result.category.confidence >= sum(own[x] for x in own if x in inside) - 1e-9


UNIT = arrays.arrays(np.float32, (3, 4), elements=st.floats(-1, 1, width=32)).filter(
    lambda m: bool((np.linalg.norm(m, axis=1) > 1e-3).all())
)


@given(photos=UNIT)
def test_probabilities_are_finite_and_sum_to_one_for_any_embedding(
    photos: NDArray[np.float32],
) -> None:
    calibration = SetCalibration(100.0, 0.5, frozenset(LABELS))
    matrix = LabelMatrix(LABELS, np.eye(4, dtype=np.float32))
    tagger = CategoryTagger(LabelSet(matrix, calibration), TREE)
    unit = (photos / np.linalg.norm(photos, axis=1, keepdims=True)).astype(np.float32)
    probabilities = tagger.score(tagger.measure(unit))
    assert np.isfinite(probabilities).all()
    assert probabilities.sum() == pytest.approx(1.0)
    assert tagger.categorize(unit) == tagger.categorize(unit.copy())


@given(weights=WEIGHTS, least=st.floats(0, 1))
def test_nothing_is_suggested_where_no_single_label_stands_out(
    weights: NDArray[np.float64], least: float
) -> None:
    calibration = SetCalibration(10.0, 0.0, frozenset(ALL), {}, least)
    matrix = LabelMatrix(ALL, np.eye(len(ALL), dtype=np.float32))
    result = CategoryTagger(LabelSet(matrix, calibration), TREE).decide(weights / weights.sum())
    nodes = [p for label, p in result.probabilities.items() if not label.startswith(NOT_LISTING)]
    if max(nodes) < least:
        assert result.category is None
        assert result.reason.endswith(".")


def test_a_parent_is_not_suggested_for_probability_spread_thinly_below_it() -> None:
    matrix = LabelMatrix(ALL, np.eye(len(ALL), dtype=np.float32))
    spread = np.array([0.28, 0.27, 0.27, 0.0, 0.0, 0.0, 0.18])
    for least, suggested in ((0.0, True), (0.3, False)):
        calibration = SetCalibration(10.0, 0.7, frozenset(ALL), {}, least)
        result = CategoryTagger(LabelSet(matrix, calibration), TREE).decide(spread)
        assert (result.category is not None) is suggested
        assert ("stands out" in result.reason) is not suggested


def test_an_uncalibrated_bundle_says_so_whatever_it_says(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    labels = make_label_set(LABELS)
    raw = replace(labels, calibration=replace(labels.calibration, calibrated=False))
    for row in ([0.91, 0.05, 0.03, 0.01], [0.48, 0.45, 0.05, 0.02], [0.1, 0.1, 0.0, 0.8]):
        plain, said = (CategoryTagger(one, taxonomy).decide(np.array(row)) for one in (labels, raw))
        assert said.reason == plain.reason + UNCALIBRATED
        assert chosen(said.category) == chosen(plain.category)
        if said.category is not None:
            assert said.category.reason == said.reason


def test_scored_level_by_level_two_like_leaves_leave_their_parent_sure(
    make_label_set: Make, taxonomy: Taxonomy
) -> None:
    labels = make_label_set(LABELS, default=0.8)
    levels = replace(labels, calibration=replace(labels.calibration, scoring="levels"))
    photo = np.array([[0.7, 0.69, 0.1, 0.1]], np.float32)
    result = CategoryTagger(levels, taxonomy).categorize(photo)
    assert chosen(result.category) == "home.kitchen.drinkware"
    assert result.category is not None
    assert result.category.confidence > 0.99
