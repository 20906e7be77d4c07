"""Photos of nothing for sale are made from corners and overlays, and labelled as such."""

import dataclasses

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.weights.train.drawing import flat_set
from weights.train.batches import Batches, step_generator
from weights.train.recipe import Recipe, Stage
from weights.train.targets import UNLABELLED, category_index, facet_index
from weights.train.teacher import FEATURES
from weights.train.unsold import make_unsold


def cluttered(count: int, size: int = 32) -> torch.Tensor:
    """Photos of noise, without white ground."""
    generator = torch.Generator().manual_seed(1)
    photos = torch.randint(0, 256, (count, size, size, 4), generator=generator, dtype=torch.uint8)
    photos[..., 3] = 0
    return photos


def test_only_candidates_change_and_their_positions_are_told() -> None:
    before = cluttered(12)
    photos = before.clone()
    made = make_unsold(photos, torch.tensor([2, 5, 7]), 2, torch.Generator().manual_seed(3))
    assert len(made) == 2
    assert set(made.tolist()) <= {2, 5, 7}
    changed = [i for i in range(12) if not torch.equal(before[i], photos[i])]
    assert changed == sorted(made.tolist())


def test_corners_of_white_ground_or_of_no_detail_are_left_alone() -> None:
    white = cluttered(6)
    white[..., 3] = 255
    flat = torch.full((6, 32, 32, 4), 90, dtype=torch.uint8)
    flat[..., 3] = 0
    for photos in (white, flat):
        before = photos.clone()
        made = make_unsold(photos, torch.arange(6), 6, torch.Generator().manual_seed(0))
        assert len(made) == 0
        assert torch.equal(before, photos)


@pytest.mark.parametrize("unsold", [0.0, 0.25])
def test_a_batch_has_the_share_of_them_that_its_stage_asks_for(unsold: float) -> None:
    indices = {"category": category_index(), "facet.season": facet_index("facet.season")}
    names = ("clothing_photos", "caltech101", "musical_instruments", "groceries", "furniture")
    columns = ("label", "label", "label", "coarse_label", "label")
    values = ("dress", "camera", "banjo", "Apple", "bed")
    sets = [
        dataclasses.replace(flat_set(name, range(16), {column: [value] * 16}), pixels=noise())
        for name, column, value in zip(names, columns, values, strict=True)
    ]
    fashion = {"article_type": ["Belts"] * 16, "season": ["Summer"] * 16, "title": ["a belt"] * 16}
    belts = flat_set("fashion_products", range(16), fashion)
    sets.append(dataclasses.replace(belts, pixels=noise()))
    recipe = dataclasses.replace(Recipe(), batch_per_process=64, titles_per_step=64)
    features = {"furniture": np.zeros((16, FEATURES), np.float16)}
    drawn = Batches(sets, indices, recipe, features).draw(
        step_generator(1, 1, 0), Stage(1, 32, unsold=unsold)
    )
    row = indices["category"].value_rows["caltech101"]["BACKGROUND_Google"]
    made = drawn.targets["category"] == row
    assert int(made.sum()) == round(unsold * 64)
    assert (drawn.targets["facet.season"][made] == UNLABELLED).all()
    assert not made[drawn.titled].any()
    assert not made[drawn.seen].any(), "the teacher saw another photo"
    assert len(drawn.seen) == len(drawn.taught)


def noise() -> NDArray[np.uint8]:
    return np.asarray(cluttered(16))
