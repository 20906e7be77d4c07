"""A batch is decided by seed, step and process, and honours the shares of the data sets."""

import dataclasses
from collections import Counter

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.weights.train.drawing import flat_set
from weights.train.batches import Batch, Batches, step_generator
from weights.train.recipe import (
    CLASS_BALANCE,
    DATASET_SHARES,
    FACET_COLUMNS,
    Recipe,
    Stage,
)
from weights.train.targets import UNLABELLED, category_index, facet_index
from weights.train.teacher import FEATURES

CATEGORY = category_index()
STAGE = Stage(1, 32)
DEPARTMENT = facet_index("facet.department")
INDICES = {"category": CATEGORY, "facet.department": DEPARTMENT}
FASHION = {
    "article_type": ["Belts"] * 40 + ["Bra"] * 10,
    FACET_COLUMNS["facet.department"]: ["Men"] * 40 + ["Women"] * 10,
    "title": [f"title {49 - row}" for row in range(50)],
}


def drawn_from(
    count: int, titles: int = 8, features: dict[str, NDArray[np.float16]] | None = None
) -> Batches:
    """Batches of `count` photos; a photo's value is its fashion row, or tells its set."""
    sets = [
        flat_set("fashion_products", range(50), FASHION),
        flat_set("clothing_photos", [100], {"label": ["dress"]}),
        flat_set("caltech101", [101, 200], {"label": ["camera", "no such label"]}),
        flat_set("musical_instruments", [102], {"label": ["banjo"]}),
        flat_set("groceries", [103], {"coarse_label": ["Apple"]}),
        flat_set("furniture", [104], {"label": ["bed"]}),
    ]
    recipe = dataclasses.replace(Recipe(), batch_per_process=count, titles_per_step=titles)
    return Batches(sets, INDICES, recipe, features or {})


def equal(one: Batch, other: Batch) -> bool:
    return (
        torch.equal(one.pixels, other.pixels)
        and all(torch.equal(one.targets[name], other.targets[name]) for name in INDICES)
        and torch.equal(one.titled, other.titled)
        and torch.equal(one.title_rows, other.title_rows)
    )


def test_seed_step_and_process_decide_a_batch() -> None:
    first, again = drawn_from(64), drawn_from(64)
    again.draw(step_generator(17, 3, 0), STAGE)
    one = first.draw(step_generator(17, 4, 1), STAGE)
    assert equal(one, again.draw(step_generator(17, 4, 1), STAGE))


@pytest.mark.parametrize("other", [(18, 4, 1), (17, 5, 1), (17, 4, 0)])
def test_another_seed_step_or_process_draws_another_batch(other: tuple[int, int, int]) -> None:
    batches = drawn_from(64)
    one = batches.draw(step_generator(17, 4, 1), STAGE)
    assert not equal(one, batches.draw(step_generator(*other), STAGE))


def test_data_sets_are_drawn_by_their_shares() -> None:
    batch = drawn_from(6000).draw(step_generator(17, 0, 0), STAGE)
    counts = Counter(batch.pixels[:, 0, 0, 0].tolist())
    values = dict(zip(list(DATASET_SHARES)[1:], (100, 101, 102, 103, 104), strict=True))
    for name, value in values.items():
        assert counts[value] / 6000 == pytest.approx(DATASET_SHARES[name], abs=0.02)
    fashion = sum(count for value, count in counts.items() if value < 50)
    assert fashion / 6000 == pytest.approx(DATASET_SHARES["fashion_products"], abs=0.03)


def test_a_photo_without_a_category_is_never_drawn() -> None:
    batch = drawn_from(2000).draw(step_generator(17, 0, 0), STAGE)
    assert not (batch.pixels == 200).any()
    assert not (batch.targets["category"] == UNLABELLED).any()


def test_small_classes_are_drawn_more_often_than_their_size_says() -> None:
    assert share_of_the_small_class(STAGE) == pytest.approx(0.26, abs=0.04)


def test_a_stage_says_how_far_small_classes_are_drawn_more_often() -> None:
    alike = dataclasses.replace(STAGE, class_balance={**CLASS_BALANCE, "fashion_products": 1.0})
    assert share_of_the_small_class(alike) == pytest.approx(0.5, abs=0.04)


def share_of_the_small_class(stage: Stage) -> float:
    """The part of the fashion photos drawn that are of the class of 10 photos, not that of 40."""
    values = drawn_from(6000).draw(step_generator(17, 0, 0), stage).pixels[:, 0, 0, 0]
    fashion = values[values < 50]
    return float((fashion >= 40).float().mean())


def test_targets_are_those_of_the_photos_drawn() -> None:
    batch = drawn_from(400).draw(step_generator(17, 0, 0), STAGE)
    for value, target, department in zip(
        batch.pixels[:, 0, 0, 0].tolist(),
        batch.targets["category"].tolist(),
        batch.targets["facet.department"].tolist(),
        strict=True,
    ):
        if value == 104:
            assert target == CATEGORY.value_rows["furniture"]["bed"]
        if value >= 50:
            assert department == UNLABELLED
        else:
            article = FASHION["article_type"][value]
            assert target == CATEGORY.value_rows["fashion_products"][article]
            gender = FASHION[FACET_COLUMNS["facet.department"]][value]
            assert department == DEPARTMENT.value_rows["fashion_products"][gender]


def test_titles_are_those_of_the_photos_they_stand_beside_and_at_most_as_many_as_asked() -> None:
    batches = drawn_from(400, titles=30)
    batch = batches.draw(step_generator(17, 0, 0), STAGE)
    assert len(batch.titled) == len(batch.title_rows) == 30
    for position, row in zip(batch.titled.tolist(), batch.title_rows.tolist(), strict=True):
        photo = int(batch.pixels[position, 0, 0, 0])
        assert batches.title_texts[row] == FASHION["title"][photo]


def test_a_batch_without_a_titled_photo_has_no_titles() -> None:
    batches = drawn_from(1)
    drawn = [batches.draw(step_generator(17, step, 0), STAGE) for step in range(40)]
    bare = [batch for batch in drawn if int(batch.pixels[0, 0, 0, 0]) >= 50]
    assert bare
    assert all(len(batch.titled) == len(batch.title_rows) == 0 for batch in bare)


def test_what_the_teacher_saw_stands_beside_the_photo_it_saw() -> None:
    features = {
        "furniture": np.full((1, FEATURES), 4, np.float16),
        "caltech101": np.stack([np.full(FEATURES, row, np.float16) for row in (1, 9)]),
    }
    batch = drawn_from(400, features=features).draw(step_generator(17, 0, 0), STAGE)
    values = batch.pixels[:, 0, 0, 0]
    taught = {101: 1.0, 104: 4.0}
    assert set(values[batch.seen].tolist()) == set(taught)
    assert int(torch.isin(values, torch.tensor(list(taught))).sum()) == len(batch.seen)
    for position, row in zip(batch.seen.tolist(), batch.taught, strict=True):
        assert (row == taught[int(values[position])]).all()
