"""Scales are found again where photos were drawn with them, and kept where nothing is gained."""

from dataclasses import replace

import numpy as np
import pytest

from taggers.fitting.photos import LabelledPhotos, join_photos
from taggers.fitting.temperature import LEAST_DEPARTMENT_PHOTOS, Scales, fit_scales
from tests.taggers.fitting.drawn import LABELS, SHIRTS, T_SHIRTS, drawn


@pytest.mark.parametrize("scale", [8.0, 20.0, 60.0])
def test_the_scale_that_labels_were_drawn_with_is_recovered(scale: float) -> None:
    found = fit_scales(drawn(scale, 4000, seed=1))
    assert found.common == pytest.approx(scale, rel=0.15)
    assert found.departments == {}


def test_a_department_has_its_own_scale_where_its_photos_want_another() -> None:
    scales = np.array([10.0, 10.0, 40.0, 40.0, 40.0])
    found = fit_scales(drawn(scales, 6000, seed=2))
    own = found.departments
    assert own.get("clothing", found.common) == pytest.approx(10.0, rel=0.2)
    assert own.get("home", found.common) == pytest.approx(40.0, rel=0.25)
    assert len(own) >= 1


def test_a_department_of_few_photos_has_the_common_scale() -> None:
    scales = np.array([10.0, 10.0, 40.0, 40.0, 40.0])
    many = drawn(scales, 3000, seed=2)
    clothing = many.likeliest < 2
    few = np.flatnonzero(clothing)[: LEAST_DEPARTMENT_PHOTOS - 1]
    found = fit_scales(join_photos([many.take(~clothing), many.take(few)]))
    assert "clothing" not in found.departments


def test_photos_count_by_their_weight() -> None:
    low, high = drawn(8.0, 2000, seed=1), drawn(60.0, 2000, seed=2)
    unheard = replace(high, weights=np.full(2000, 1e-9))
    assert fit_scales(join_photos([low, unheard])).common == fit_scales(low).common


def test_a_coarse_label_asks_for_the_scale_at_which_its_whole_class_is_right() -> None:
    fine = drawn(20.0, 4000, seed=5)
    tops = frozenset({SHIRTS, T_SHIRTS})
    classes = [tops, *(frozenset({label}) for label in LABELS[2:])]
    truth = [max(0, place - 1) for place in fine.truth.tolist()]
    coarse = LabelledPhotos.of_column(LABELS, fine.cosines, classes, truth)
    assert fit_scales(coarse).common == pytest.approx(20.0, rel=0.15)


def test_a_scale_stays_unless_another_is_clearly_better() -> None:
    photos = drawn(20.0, 1500, seed=6)
    assert fit_scales(photos, Scales(20.1)).common == 20.1
    assert fit_scales(photos, Scales(60.0)).common == pytest.approx(20.0, rel=0.2)


def test_a_department_without_photos_keeps_the_scale_it_has() -> None:
    photos = drawn(20.0, 1500, seed=6)
    furnished = photos.take(photos.likeliest >= 2)
    assert fit_scales(furnished, Scales(20.1, {"clothing": 33.0})).departments["clothing"] == 33.0


def test_a_handful_of_photos_changes_no_scale() -> None:
    photos = drawn(20.0, 3, seed=6)
    assert fit_scales(photos, Scales(20.1)) == Scales(20.1)
    assert fit_scales(photos.take(np.array([0]))).common > 0
