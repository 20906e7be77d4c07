"""What `open_photo` promises for every source and format."""

import hashlib
import json
import os
import pickle
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.vision.photos import SAVED_AS, encode, mean_difference, real_photo
from vision.photo import Photo, PhotoError, PhotoLimits, open_photo

CHELSEA = real_photo("chelsea.png")


@pytest.mark.parametrize("photo_format", SAVED_AS)
def test_every_format_opens_with_its_pixels_size_and_name(photo_format: str) -> None:
    data = encode(CHELSEA, photo_format)
    photo = open_photo(data)
    assert photo.format == photo_format
    assert (photo.width, photo.height) == CHELSEA.size
    assert photo.pixels.dtype == np.uint8
    assert mean_difference(photo.pixels, CHELSEA) < 3
    assert photo.byte_count == len(data)
    assert photo.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("photo_format", SAVED_AS)
def test_the_same_bytes_give_the_same_pixels(photo_format: str) -> None:
    data = encode(CHELSEA, photo_format)
    assert np.array_equal(open_photo(data).pixels, open_photo(data).pixels)


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encode(CHELSEA, "webp"))
    assert open_photo(path).format == "webp"


def test_every_source_of_the_same_bytes_gives_the_same_photo(tmp_path: Path) -> None:
    data = encode(CHELSEA, "png")
    path = tmp_path / "cat.png"
    path.write_bytes(data)
    with path.open("rb") as file:
        photos = [
            open_photo(source)
            for source in (
                data,
                bytearray(data),
                memoryview(data),
                path,
                str(path),
                file,
                BytesIO(data),
            )
        ]
    for photo in photos:
        assert np.array_equal(photo.pixels, photos[0].pixels)
        assert photo.sha256 == photos[0].sha256
        assert photo.byte_count == len(data)


def test_array_and_rgb_image_of_the_same_pixels_agree() -> None:
    pixels = np.asarray(CHELSEA)
    from_array, from_image = open_photo(pixels), open_photo(CHELSEA)
    assert from_array.sha256 == from_image.sha256
    assert np.array_equal(from_array.pixels, pixels)
    assert np.array_equal(from_image.pixels, pixels)
    assert from_array.format == from_image.format == "array"
    assert from_array.byte_count is None


def test_hash_of_arrays_tells_shapes_and_pixels_apart() -> None:
    pixels = np.zeros((32, 64, 3), np.uint8)
    other = pixels.copy()
    other[5, 5, 1] = 1
    arrays = (pixels, pixels.reshape(64, 32, 3), other)
    assert len({open_photo(array).sha256 for array in arrays}) == 3


def test_an_array_is_copied_and_left_as_it_is() -> None:
    pixels = np.asarray(CHELSEA).copy()
    before = pixels.copy()
    photo = open_photo(pixels)
    photo.pixels[:] = 0
    assert np.array_equal(pixels, before)


def test_an_array_that_is_no_contiguous_block_opens() -> None:
    flipped = np.asarray(CHELSEA)[:, ::-1]
    assert np.array_equal(open_photo(flipped).pixels, flipped)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((32, 32), np.uint8),
        np.zeros((32, 32, 4), np.uint8),
        np.zeros((32, 32, 3), np.float32),
        np.zeros((2, 32, 32, 3), np.uint8),
    ],
    ids=["grey", "rgba", "float", "batch"],
)
def test_an_array_of_another_kind_is_refused(array: np.ndarray) -> None:
    with pytest.raises(PhotoError, match="array") as caught:
        open_photo(array)
    assert caught.value.code == "unsupported_format"


@pytest.mark.parametrize("thing", [None, 7, ["a.jpg"], object()])
def test_what_is_no_source_at_all_is_a_photo_error_too(thing: object) -> None:
    with pytest.raises(PhotoError) as caught:
        open_photo(thing)  # type: ignore[arg-type]
    assert caught.value.code == "unsupported_format"


def test_a_pil_image_stays_open_at_its_frame_and_unchanged() -> None:
    with Image.open(BytesIO(encode(CHELSEA.resize((2000, 1500)), "jpeg"))) as image:
        photo = open_photo(image)
        assert image.size == (2000, 1500)
        assert image.getpixel((1999, 1499))
        assert photo.format == "jpeg"
        assert photo.pixels.shape == (576, 768, 3)


def test_a_pil_image_of_a_format_that_is_not_read_is_refused() -> None:
    file = BytesIO()
    CHELSEA.save(file, "PPM")
    with Image.open(file) as image, pytest.raises(PhotoError) as caught:
        open_photo(image)
    assert caught.value.code == "unsupported_format"


def test_large_photos_shrink_to_the_working_side_and_small_ones_stay() -> None:
    photo = open_photo(CHELSEA, limits=PhotoLimits(working_side=100))
    assert photo.pixels.shape == (67, 100, 3)
    assert (photo.width, photo.height) == (451, 300)
    assert photo.scale == pytest.approx(100 / 451)
    assert open_photo(CHELSEA).pixels.shape == (300, 451, 3)
    assert open_photo(CHELSEA).scale == 1


def test_shown_names_are_those_of_the_source(tmp_path: Path) -> None:
    data = encode(CHELSEA, "png")
    path = tmp_path / "cat.png"
    path.write_bytes(data)
    assert open_photo(path).source == str(path)
    assert open_photo(path, name="front").source == "front"
    assert open_photo(data).source is None
    with path.open("rb") as file:
        assert open_photo(file).source == str(path)


def test_a_file_name_of_odd_bytes_opens_and_can_be_written_as_json(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.png")  # noqa: PTH118
    Path(os.fsdecode(path)).write_bytes(encode(CHELSEA, "png"))
    source = open_photo(os.fsdecode(path)).source
    assert source is not None
    assert json.dumps(source, ensure_ascii=False).encode("utf-8")
    assert source.endswith("caf\\udce9.png")


def test_an_error_survives_pickling_with_its_code_and_message() -> None:
    error = pickle.loads(pickle.dumps(PhotoError("empty", "The photo is empty (0 bytes).")))
    assert (error.code, str(error)) == ("empty", "The photo is empty (0 bytes).")


def test_a_photo_can_be_sent_to_another_process() -> None:
    photo = open_photo(CHELSEA)
    copy = pickle.loads(pickle.dumps(photo))
    assert isinstance(copy, Photo)
    assert np.array_equal(copy.pixels, photo.pixels)
