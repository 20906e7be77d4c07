"""Own labels against embeddings whose cosines are known: similarity, score, fit, order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from taggers import OwnLabelTagger
from taggers.own_label_tagger import MAX_MATCHES
from tests.taggers.conftest import MakeLabelSet
from weights.labels import LabelMatrix

SCALE = 10.0
WIDTH = 6


def axis(place: int) -> NDArray[np.float32]:
    return np.eye(WIDTH, dtype=np.float32)[place]


def tagger_of(
    make_label_set: MakeLabelSet, own: dict[str, NDArray[np.float32]], visible: list[str]
) -> OwnLabelTagger:
    """Own labels beside a bundle's categories, which are the axes of the space, in order."""
    category = make_label_set([f"c{i}" for i in range(WIDTH)], visible=visible, logit_scale=SCALE)
    matrix = LabelMatrix(tuple(own), np.array(list(own.values()), np.float32))
    return OwnLabelTagger(matrix, category)


@pytest.fixture
def tagger(make_label_set: MakeLabelSet) -> OwnLabelTagger:
    """`mug` is what the bundle calls c0, `vase` nothing that it can see, `gap` half of either."""
    own = {"vase": axis(5), "gap": (axis(0) + axis(5)) / np.float32(2**0.5), "mug": axis(0)}
    return tagger_of(make_label_set, own, ["c0", "c1"])


def test_the_nearest_label_comes_first_with_its_cosine(tagger: OwnLabelTagger) -> None:
    matches = tagger.tag(axis(0)[None])
    assert [match.label for match in matches] == ["mug", "gap", "vase"]
    assert [match.similarity for match in matches] == pytest.approx([1, 0.5**0.5, 0])


def test_a_score_is_the_softmax_among_the_own_labels_alone(tagger: OwnLabelTagger) -> None:
    weights = np.exp(SCALE * np.array([1, 0.5**0.5, 0]))
    scores = [match.score for match in tagger.tag(axis(0)[None])]
    assert scores == pytest.approx(list(weights / weights.sum()))


def test_a_fit_is_the_softmax_of_one_label_among_the_bundles_visible_categories(
    tagger: OwnLabelTagger,
) -> None:
    own = np.exp(SCALE * np.array([1, 0.5**0.5, 0]))
    visible = np.exp(SCALE * 1.0) + np.exp(0)
    fits = [match.fit for match in tagger.tag(axis(0)[None])]
    assert fits == pytest.approx(list(own / (own + visible)))
    assert fits[0] == pytest.approx(0.5, abs=1e-4)


def test_a_photo_unlike_all_words_has_a_likeliest_word_that_does_not_fit(
    tagger: OwnLabelTagger,
) -> None:
    best = tagger.tag(axis(1)[None])[0]
    assert best.score == pytest.approx(1 / 3)
    assert best.fit < 1e-4


def test_a_photo_that_no_category_is_near_to_lets_its_own_word_fit(tagger: OwnLabelTagger) -> None:
    best = tagger.tag(axis(5)[None])[0]
    assert (best.label, best.fit > 0.99) == ("vase", True)


def test_figures_are_the_mean_over_the_photos(tagger: OwnLabelTagger) -> None:
    pair = {match.label: match for match in tagger.tag(np.stack([axis(0), axis(5)]))}
    first, second = (
        {match.label: match for match in tagger.tag(axis(place)[None])} for place in (0, 5)
    )
    for label, match in pair.items():
        one, other = first[label], second[label]
        assert match.similarity == pytest.approx((one.similarity + other.similarity) / 2)
        assert match.score == pytest.approx((one.score + other.score) / 2)
        assert match.fit == pytest.approx((one.fit + other.fit) / 2)


def test_a_single_word_has_all_of_the_score_and_only_the_fit_tells(
    make_label_set: MakeLabelSet,
) -> None:
    tagger = tagger_of(make_label_set, {"mug": axis(2)}, ["c0", "c1"])
    (far,), (near,) = tagger.tag(axis(0)[None]), tagger.tag(axis(2)[None])
    assert far.score == near.score == 1
    assert far.fit < 0.01 < 0.99 < near.fit


def test_a_bundle_that_sees_no_category_has_nothing_to_hold_against_a_word(
    make_label_set: MakeLabelSet,
) -> None:
    (match,) = tagger_of(make_label_set, {"mug": axis(2)}, []).tag(axis(0)[None])
    assert match.fit == 1


def test_without_a_photo_nothing_is_said(tagger: OwnLabelTagger) -> None:
    assert tagger.tag(np.zeros((0, WIDTH), np.float32)) == ()


def test_ten_labels_at_most_are_said_and_equal_ones_stay_in_the_order_given(
    make_label_set: MakeLabelSet,
) -> None:
    own = {f"w{i}": axis(0) for i in range(MAX_MATCHES + 5)} | {"best": axis(1)}
    matches = tagger_of(make_label_set, own, ["c0"]).tag(axis(1)[None])
    expected = ["best", *(f"w{i}" for i in range(MAX_MATCHES - 1))]
    assert [match.label for match in matches] == expected


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_embeddings_that_are_not_finite_are_refused(tagger: OwnLabelTagger, value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        tagger.tag(np.full((1, WIDTH), value, np.float32))


unit_vectors = st.lists(st.floats(-1, 1), min_size=WIDTH, max_size=WIDTH).map(
    lambda values: np.array([*values[:-1], values[-1] + 3], np.float32)
)


@given(st.lists(unit_vectors, min_size=1, max_size=4), st.lists(unit_vectors, min_size=1))
def test_all_figures_lie_in_their_ranges_and_scores_fall(
    make_label_set: MakeLabelSet,
    photos: list[NDArray[np.float32]],
    words: list[NDArray[np.float32]],
) -> None:
    unit = [vector / np.linalg.norm(vector) for vector in words]
    tagger = tagger_of(make_label_set, {f"w{i}": v for i, v in enumerate(unit)}, ["c0", "c3"])
    matches = tagger.tag(np.stack([photo / np.linalg.norm(photo) for photo in photos]))
    assert len(matches) == min(MAX_MATCHES, len(words))
    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) <= 1 + 1e-9
    for match in matches:
        assert -1 <= match.similarity <= 1
        assert 0 <= match.score <= 1
        assert 0 <= match.fit <= 1
