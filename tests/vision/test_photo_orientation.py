"""EXIF orientation is applied exactly once, in every format that carries one."""

import pytest

from tests.vision.photos import (
    encode,
    exif_with_orientation,
    mean_difference,
    real_photo,
    stored_with_orientation,
)
from vision.photo import PhotoLimits, open_photo

ASTRONAUT = real_photo("astronaut.png").crop((100, 0, 400, 200))
FORMATS = ["jpeg", "png", "webp", "tiff", "avif", "mpo"]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("photo_format", FORMATS)
def test_every_orientation_comes_out_upright(photo_format: str, orientation: int) -> None:
    stored = stored_with_orientation(ASTRONAUT, orientation)
    data = encode(stored, photo_format, exif=exif_with_orientation(orientation))
    photo = open_photo(data)
    assert (photo.width, photo.height) == ASTRONAUT.size
    assert mean_difference(photo.pixels, ASTRONAUT) < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_heic_that_its_decoder_turned_is_not_turned_again(orientation: int) -> None:
    stored = stored_with_orientation(ASTRONAUT, orientation)
    photo = open_photo(encode(stored, "heic", exif=exif_with_orientation(orientation)))
    assert (photo.width, photo.height) == ASTRONAUT.size
    assert mean_difference(photo.pixels, ASTRONAUT) < 4


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"])
def test_tiff_is_turned_once_whatever_its_compression(compression: str) -> None:
    stored = stored_with_orientation(ASTRONAUT, 6)
    data = encode(stored, "tiff", exif=exif_with_orientation(6), compression=compression)
    assert mean_difference(open_photo(data).pixels, ASTRONAUT) < 5


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_decoded_at_reduced_scale_is_turned_alike(orientation: int) -> None:
    limits = PhotoLimits(working_side=75)  # a quarter: decoded at 1/4
    stored = stored_with_orientation(ASTRONAUT, orientation)
    photo = open_photo(
        encode(stored, "jpeg", exif=exif_with_orientation(orientation)), limits=limits
    )
    assert (photo.width, photo.height) == ASTRONAUT.size
    assert mean_difference(photo.pixels, ASTRONAUT.reduce(4)) < 6
