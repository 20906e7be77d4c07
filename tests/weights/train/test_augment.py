"""Augmentation keeps its shapes and ranges, and is decided by the generator alone."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.weights.train.drawing import shape
from weights.train import augment as augmentation
from weights.train.augment import affine, augment, erase, plain, replace_ground
from weights.train.photos import square, white_ground


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def batch(count: int = 32, size: int = 40) -> Tensor:
    photos = []
    for kind in range(count):
        pixels = np.asarray(square(shape(kind), size))
        photos.append(np.dstack([pixels, white_ground(pixels)]))
    return torch.from_numpy(np.stack(photos))


def constant(value: int, count: int = 64) -> Tensor:
    return torch.full((count, 24, 24, 4), value, dtype=torch.uint8)


@pytest.mark.parametrize("size", [24, 32, 48])
@pytest.mark.parametrize(
    "photos", [batch(), constant(0), constant(255)], ids=["shapes", "black", "white"]
)
def test_a_training_batch_has_the_asked_size_and_lies_in_minus_1_to_1(
    photos: Tensor, size: int
) -> None:
    out = augment(photos, size, generator(3))
    assert out.shape == (len(photos), 3, size, size)
    assert out.dtype == torch.float32
    assert float(out.min()) >= -1
    assert float(out.max()) <= 1


def test_the_generator_alone_decides() -> None:
    torch.manual_seed(1)
    first = augment(batch(), 32, generator(3))
    torch.manual_seed(2)
    assert torch.equal(first, augment(batch(), 32, generator(3)))
    assert not torch.equal(first, augment(batch(), 32, generator(4)))


def test_the_batch_itself_is_left_as_it_was() -> None:
    photos = batch()
    augment(photos, 32, generator(3))
    assert torch.equal(photos, batch())


def test_each_photo_is_augmented_otherwise() -> None:
    same = batch(1).expand(16, -1, -1, -1)
    out = augment(same, 32, generator(5))
    assert len({photo.numpy().tobytes() for photo in out}) == 16


def test_only_marked_ground_is_replaced_and_only_on_some_photos() -> None:
    photos = torch.full((200, 3, 8, 8), 0.5)
    mask = torch.zeros(200, 1, 8, 8)
    mask[..., :4] = 1
    out = replace_ground(photos, mask, generator(6))
    assert torch.equal(out[..., 4:], photos[..., 4:])
    changed = (out != photos).flatten(1).any(1).float().mean()
    assert 0.15 < float(changed) < 0.35
    assert 0 <= float(out.min()) <= float(out.max()) <= 1


def test_what_lies_outside_a_moved_photo_is_white_ground() -> None:
    out = affine(torch.zeros(64, 4, 20, 20), 20, generator(7))
    assert float(out.max()) == pytest.approx(1.0)
    assert float(out.min()) == pytest.approx(0.0, abs=1e-6)
    torch.testing.assert_close(out[:, 0], out[:, 3])


def test_erasing_puts_one_gray_rectangle_on_about_a_quarter() -> None:
    out = erase(torch.ones(400, 3, 20, 20), generator(8))
    erased = (out != 1).flatten(1).any(1)
    assert 0.15 < float(erased.float().mean()) < 0.35
    assert set(out.unique().tolist()) == {0.5, 1.0}
    for photo in out[erased]:
        rows, columns = torch.nonzero(photo[0] == 0.5, as_tuple=True)
        area = (rows.max() - rows.min() + 1) * (columns.max() - columns.min() + 1)
        assert len(rows) == int(area)


@pytest.mark.parametrize("change", [augmentation.relight, augmentation.soften])
def test_changes_of_light_and_sharpness_stay_in_0_to_1(
    change: Callable[[Tensor, torch.Generator], Tensor],
) -> None:
    for value in (0.0, 0.5, 1.0):
        out = change(torch.full((200, 3, 8, 8), value), generator(9))
        assert 0 <= float(out.min()) <= float(out.max()) <= 1


def test_a_validation_batch_of_the_same_size_is_the_photos_themselves() -> None:
    photos = batch()
    out = plain(photos, 40)
    back = ((out + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1)
    assert torch.equal(back, photos[..., :3])


def test_a_validation_batch_of_another_size_is_resized_within_the_range() -> None:
    out = plain(batch(), 24)
    assert out.shape == (32, 3, 24, 24)
    assert -1 <= float(out.min()) <= float(out.max()) <= 1
