"""Photos are prepared as open_clip prepares them, for every kind of input, to the last bit."""

from dataclasses import asdict
from typing import Any

import numpy as np
import open_clip
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from weights.image_input import ImageInput, Prepared

SIZES = (160, 224, (96, 64), (64, 96))
OPTIONS: dict[str, Any] = {
    "mode": "RGB",
    "mean": (0.48, 0.45, 0.40),
    "std": (0.26, 0.25, 0.27),
    "interpolation": "bicubic",
    "resize_mode": "shortest",
    "fill_color": 0,
}


def by_open_clip(photo: NDArray[np.uint8], options: dict[str, Any]) -> Prepared:
    config = open_clip.transform.PreprocessCfg(**options)
    transform = open_clip.transform.image_transform_v2(config, is_train=False)
    return np.asarray(transform(Image.fromarray(photo)).numpy())


def assert_as_open_clip(photo: NDArray[np.uint8], options: dict[str, Any]) -> None:
    prepared = ImageInput.of(options).prepare(photo)
    np.testing.assert_array_equal(prepared, by_open_clip(photo, options))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fill_color", [0, 255])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
def test_real_photos_are_prepared_as_open_clip_does(
    size: int | tuple[int, int], fill_color: int, interpolation: str, mode: str
) -> None:
    options = OPTIONS | {
        "size": size,
        "fill_color": fill_color,
        "interpolation": interpolation,
        "resize_mode": mode,
    }
    for photo in (skimage.data.chelsea(), skimage.data.rocket()[:, 100:333]):
        assert_as_open_clip(np.ascontiguousarray(photo), options)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.sampled_from(("shortest", "longest", "squash")))
def test_a_photo_of_any_shape_is_prepared_as_open_clip_does(
    height: int, width: int, mode: str
) -> None:
    photo = np.random.default_rng(height * 100 + width).integers(
        0, 256, (height, width, 3), dtype=np.uint8
    )
    options = OPTIONS | {"size": 32, "resize_mode": mode}
    if 2 * min(height, width) * 32 <= max(height, width):
        return  # a strip that open_clip cannot take
    assert_as_open_clip(photo, options)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 60), st.sampled_from(("shortest", "longest", "squash")))
def test_strips_of_any_length_are_prepared_to_the_models_size(
    long: int, short: int, mode: str
) -> None:
    image_input = ImageInput.of(OPTIONS | {"size": (24, 16), "resize_mode": mode})
    for shape in ((long, short), (short, long)):
        prepared = image_input.prepare(np.full((*shape, 3), 200, np.uint8))
        assert prepared.shape == (3, 24, 16)
        assert prepared.dtype == np.float32
        assert np.isfinite(prepared).all()


def test_it_can_be_written_down_and_read_again() -> None:
    image_input = ImageInput.of(OPTIONS | {"size": 224})
    assert ImageInput.of(asdict(image_input)) == image_input


@pytest.mark.parametrize("wrong", [{"resize_mode": "fit"}, {"size": (1, 2, 3)}, {"size": None}])
def test_options_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        ImageInput.of(OPTIONS | {"size": 224} | wrong)
