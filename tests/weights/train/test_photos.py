"""Photos are kept whole on white, their white ground is marked, and the cache gives them back."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.weights.train.drawing import shape, write_photos
from weights.train.photos import load, square, white_ground


@pytest.mark.parametrize(("width", "height"), [(60, 20), (20, 60), (40, 40), (300, 100)])
def test_square_keeps_the_whole_photo_and_pads_with_white(width: int, height: int) -> None:
    image = Image.new("RGB", (width, height), "blue")
    for corner in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        image.putpixel(corner, (255, 0, 0))
    pixels = np.asarray(square(image, 60)).astype(int)
    assert pixels.shape == (60, 60, 3)
    ratio = 60 / max(width, height)
    white = (pixels == 255).all(axis=2)
    assert (~white).sum() == round(width * ratio) * round(height * ratio)
    rows, columns = np.nonzero(~white)
    assert abs((rows.min() + rows.max()) / 2 - 29.5) <= 0.5
    assert abs((columns.min() + columns.max()) / 2 - 29.5) <= 0.5
    redness = pixels[..., 0] - pixels[..., 2] > -250
    for row in (rows.min(), rows.max()):
        for column in (columns.min(), columns.max()):
            assert redness[row, column]


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(["RGB", "L", "RGBA", "P", "CMYK"]))
def test_square_takes_any_size_and_mode(width: int, height: int, mode: str) -> None:
    squared = square(Image.new(mode, (width, height)), 24)
    assert (squared.size, squared.mode) == ((24, 24), "RGB")


def outlined() -> np.ndarray:
    """A white product inside a black outline on a white ground."""
    image = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(image).rectangle((16, 16, 47, 47), fill="white", outline="black", width=2)
    return np.asarray(image)


def test_white_ground_is_marked_and_a_white_product_inside_an_outline_is_not() -> None:
    mask = white_ground(outlined())
    expected = np.full((64, 64), 255)
    expected[16:48, 16:48] = 0
    np.testing.assert_array_equal(mask, expected)


def test_white_ground_leaves_the_photo_as_it_was() -> None:
    pixels = outlined().copy()
    white_ground(pixels)
    np.testing.assert_array_equal(pixels, outlined())


@pytest.mark.parametrize("value", [0, 128, 240])
def test_a_ground_that_is_not_white_is_not_marked(value: int) -> None:
    pixels = np.full((32, 32, 3), value, np.uint8)
    pixels[8:24, 8:24] = 255
    assert not white_ground(pixels).any()


def test_a_nearly_white_ground_is_marked() -> None:
    noise = np.random.default_rng(0).integers(248, 256, (32, 32, 3))
    assert (white_ground(noise.astype(np.uint8)) == 255).all()


def write_grays(path: Path, count: int) -> None:
    """Photo number `row` is all of the gray `row % 251`; every third is for validation."""
    images = [Image.new("RGB", (6, 6), (row % 251,) * 3) for row in range(count)]
    splits = ["validation" if row % 3 == 0 else "train" for row in range(count)]
    write_photos(path, images, {"label": [f"gray {row}" for row in range(count)], "split": splits})


@pytest.mark.parametrize("count", [30, 900])
def test_photos_come_back_in_the_files_order_with_their_labels(tmp_path: Path, count: int) -> None:
    write_grays(tmp_path / "grays.parquet", count)
    photos = load(tmp_path / "grays.parquet", "train", 4, tmp_path / "cache")
    rows = [row for row in range(count) if row % 3]
    assert photos.name == "grays"
    assert photos.pixels.shape == (len(rows), 4, 4, 4)
    assert photos.pixels[:, 2, 2, 0].tolist() == [row % 251 for row in rows]
    assert photos.columns["label"] == [f"gray {row}" for row in rows]


def test_a_second_load_reads_the_cache(tmp_path: Path) -> None:
    write_photos(tmp_path / "shapes.parquet", [shape(1), shape(2)], {"split": ["train"] * 2})
    first = np.array(load(tmp_path / "shapes.parquet", "train", 16, tmp_path / "cache").pixels)
    [cached] = (tmp_path / "cache").glob("*.npy")
    np.save(cached, np.zeros_like(first))
    second = load(tmp_path / "shapes.parquet", "train", 16, tmp_path / "cache")
    assert first.any()
    assert not second.pixels.any()


def test_another_size_split_or_file_is_not_taken_from_the_cache(tmp_path: Path) -> None:
    path, cache = tmp_path / "grays.parquet", tmp_path / "cache"
    write_grays(path, 9)
    load(path, "train", 4, cache)
    assert load(path, "train", 8, cache).pixels.shape == (6, 8, 8, 4)
    assert load(path, "validation", 4, cache).pixels.shape == (3, 4, 4, 4)
    write_grays(path, 90)
    assert load(path, "train", 4, cache).pixels.shape == (60, 4, 4, 4)


def test_the_fourth_channel_marks_the_white_ground(tmp_path: Path) -> None:
    image = Image.fromarray(outlined())
    write_photos(tmp_path / "one.parquet", [image], {"split": ["train"]})
    photos = load(tmp_path / "one.parquet", "train", 64, tmp_path / "cache")
    np.testing.assert_array_equal(photos.pixels[0, ..., :3], outlined())
    np.testing.assert_array_equal(photos.pixels[0, ..., 3], white_ground(outlined()))
