"""What a label can say of the likeliest node, for labels that stand for one id and for several."""

import numpy as np
import pytest

from taggers.fitting.photos import LabelledPhotos, join_photos, with_not_listing_share
from tests.taggers.fitting.drawn import CHAIRS, FACES, LABELS, SHIRTS, T_SHIRTS, drawn, photos

TOPS = frozenset({SHIRTS, T_SHIRTS})


def coarse(truth: list[int], likeliest: list[int]) -> LabelledPhotos:
    """Photos of a column that knows tops and faces, and nothing of furniture."""
    return LabelledPhotos.of_column(LABELS, np.eye(5)[likeliest], [TOPS, frozenset({FACES})], truth)


def test_the_class_of_the_likeliest_label_is_tested_whichever_of_its_ids_it_is() -> None:
    found = coarse([0, 0, 1], likeliest=[0, 1, 1])
    assert found.tested_right.tolist() == [True, True, False]
    assert found.tested[0].tolist() == [True, True, False, False, False]
    np.testing.assert_array_equal(found.tested[0], found.tested[1])


def test_a_likeliest_label_of_no_class_stands_alone_and_is_wrong() -> None:
    found = coarse([0], likeliest=[2])
    assert found.tested[0].tolist() == [False, False, True, False, False]
    assert not found.tested_right[0]


def test_a_class_of_one_id_is_tested_as_that_id() -> None:
    found = drawn(20.0, 40, seed=1)
    np.testing.assert_array_equal(found.tested.sum(axis=1), 1)
    np.testing.assert_array_equal(found.tested.argmax(axis=1), found.likeliest)


def test_labels_that_a_column_cannot_tell_apart_agree_together() -> None:
    (agreeing,) = coarse([0], likeliest=[0]).agreeing_labels(frozenset({SHIRTS}))
    assert agreeing.tolist() == [True, True, False, False, False]
    (agreeing,) = coarse([0], likeliest=[0]).agreeing_labels(frozenset({CHAIRS}))
    assert agreeing.tolist() == [False, False, True, False, False]


def test_photos_of_several_columns_keep_their_own_classes() -> None:
    fine = photos(np.eye(5)[[0, 2]], np.array([1, 2]))
    joined = join_photos([coarse([0], likeliest=[1]), fine])
    assert joined.tested_right.tolist() == [True, False, True]
    assert joined.agrees_with(TOPS).tolist() == [True, True, False]
    assert joined.for_sale.all()
    assert joined.take(np.array([2])).tested_right.tolist() == [True]


def test_photos_against_different_labels_cannot_be_joined() -> None:
    other = photos(np.eye(1), np.array([0]), (SHIRTS,))
    for parts in ([], [coarse([0], likeliest=[0]), other]):
        with pytest.raises(ValueError, match="same labels"):
            join_photos(parts)


def test_photos_of_nothing_for_sale_weigh_their_share_of_the_whole() -> None:
    found = with_not_listing_share(drawn(20.0, 400, seed=4), 0.25)
    assert found.weights[~found.for_sale].sum() == pytest.approx(0.25)
    assert found.weights[found.for_sale].sum() == pytest.approx(0.75)
    only = with_not_listing_share(coarse([0, 0], likeliest=[0, 1]), 0.25)
    assert only.weights[0] == only.weights[1] > 0


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="one weight"):
        LabelledPhotos.of_column(LABELS, np.eye(5), [TOPS], [0, 0])
    with pytest.raises(ValueError, match="labels for cosines"):
        LabelledPhotos.of_column((SHIRTS,), np.eye(5), [TOPS], [0] * 5)
