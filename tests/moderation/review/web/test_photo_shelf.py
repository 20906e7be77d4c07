"""Photos are found below the folders given alone, and reach a browser as a fresh JPEG alone."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from skimage import data

from moderation.review.web.photo_shelf import (
    LARGE,
    SMALL,
    PhotoAbsentError,
    PhotoShelf,
    bounded,
    encoded,
    looked_at,
)
from tests.moderation.review.web.scenery import open_bytes, write_photo
from vision.photo import open_photo


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture
def shelf(root: Path) -> PhotoShelf:
    return PhotoShelf([root], open_bytes)


def absence(shelf: PhotoShelf, root: str | None, source: str | None, sha256: str | None) -> str:
    with pytest.raises(PhotoAbsentError) as caught:
        shelf.find(root, source, sha256)
    return caught.value.absence


@pytest.mark.parametrize(
    "name",
    [
        "plain.jpg",
        "with space.jpg",
        "100%.jpg",
        "%2e%2e%2fsecret.jpg",
        "ünïcode 写真.jpg",
        "..hidden.jpg",
        "quote'\"<b>.jpg",
        "deep/er/one.jpg",
    ],
)
def test_odd_names_are_names_like_any_other(shelf: PhotoShelf, root: Path, name: str) -> None:
    digest = write_photo(root / name, data.coffee())
    assert shelf.find(str(root), name, digest) == root / name


def test_no_source_leads_out_of_its_folder(shelf: PhotoShelf, root: Path, tmp_path: Path) -> None:
    digest = write_photo(tmp_path / "secret.jpg", data.coffee())
    (root / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (root / "up").symlink_to(tmp_path)
    (root / "in").mkdir()
    for source in (
        "../secret.jpg",
        "in/../../secret.jpg",
        str(tmp_path / "secret.jpg"),
        f"/{tmp_path}/secret.jpg",
        "out.jpg",
        "up/secret.jpg",
        "C:\\secret.jpg",
        "secret.jpg\n",
        "secret.jpg\x00",
        "\ud800.jpg",
        "in",
        "",
    ):
        assert absence(shelf, str(root), source, digest) == "gone", source
        assert absence(shelf, str(root), source, None) == "gone", source
        assert absence(shelf, None, source, digest) == "unserved", source


def test_a_link_inside_the_folder_is_followed(shelf: PhotoShelf, root: Path) -> None:
    digest = write_photo(root / "real.jpg", data.coffee())
    (root / "link.jpg").symlink_to(root / "real.jpg")
    assert shelf.find(str(root), "link.jpg", digest) == root / "real.jpg"


def test_a_folder_that_was_not_given_is_not_served(shelf: PhotoShelf, tmp_path: Path) -> None:
    digest = write_photo(tmp_path / "other" / "a.jpg", data.coffee())
    assert absence(shelf, str(tmp_path / "other"), "a.jpg", digest) == "unserved"
    assert absence(shelf, str(tmp_path), "other/a.jpg", digest) == "unserved"


def test_a_folder_that_links_out_is_not_served(
    shelf: PhotoShelf, root: Path, tmp_path: Path
) -> None:
    digest = write_photo(tmp_path / "other" / "a.jpg", data.coffee())
    (root / "linked").symlink_to(tmp_path / "other")
    assert absence(shelf, str(root / "linked"), "a.jpg", digest) == "unserved"


def test_a_folder_below_one_given_is_served(shelf: PhotoShelf, root: Path) -> None:
    digest = write_photo(root / "monday" / "a.jpg", data.coffee())
    assert shelf.find(str(root / "monday"), "a.jpg", digest) == root / "monday" / "a.jpg"


def test_a_photo_that_moved_is_found_by_its_bytes_alone(shelf: PhotoShelf, root: Path) -> None:
    digest = write_photo(root / "a.jpg", data.coffee())
    assert shelf.find("/nowhere/before", "a.jpg", digest) == root / "a.jpg"
    assert shelf.find(None, "a.jpg", digest) == root / "a.jpg"
    assert absence(shelf, "/nowhere/before", "a.jpg", "0" * 64) == "unserved"
    assert absence(shelf, None, "a.jpg", None) == "unserved"


def test_a_photo_with_other_bytes_is_not_shown_for_it(shelf: PhotoShelf, root: Path) -> None:
    write_photo(root / "a.jpg", data.coffee())
    assert absence(shelf, str(root), "a.jpg", "0" * 64) == "changed"


def test_what_a_browser_gets_is_a_fresh_jpeg(shelf: PhotoShelf, root: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "the seller's street"
    exif[0x0112] = 6  # turned by 90 degrees
    write_photo(root / "a.jpg", data.astronaut()[:, :300], quality=95, exif=exif.tobytes())
    (root / "a.jpg").write_bytes((root / "a.jpg").read_bytes() + b"<script>trailing</script>")
    file = shelf.jpeg(root / "a.jpg")
    assert b"street" not in file
    assert b"<script>" not in file
    with Image.open(io.BytesIO(file)) as photo:
        assert photo.format == "JPEG"
        assert photo.size == (512, 300)
        assert not photo.getexif()
        assert not photo.info.keys() & {"exif", "comment", "icc_profile"}


def test_a_photo_keeps_its_colours(shelf: PhotoShelf, root: Path) -> None:
    write_photo(root / "a.png", data.astronaut())
    with Image.open(io.BytesIO(shelf.jpeg(root / "a.png"))) as photo:
        shown = np.asarray(photo).astype(int)
    assert np.abs(shown - data.astronaut()).mean() < 4


@pytest.mark.parametrize("side", [LARGE, SMALL])
def test_a_large_photo_is_bounded(shelf: PhotoShelf, root: Path, side: int) -> None:
    write_photo(root / "a.png", np.zeros((1000, 4000, 3), np.uint8))
    with Image.open(io.BytesIO(shelf.jpeg(root / "a.png", side))) as photo:
        assert photo.size == (side, side // 4)


@pytest.mark.parametrize("content", [b"", b"no photo", b"\xff\xd8\xff\xe0 broken"])
def test_what_cannot_be_decoded_is_said(shelf: PhotoShelf, root: Path, content: bytes) -> None:
    (root / "a.jpg").write_bytes(content)
    with pytest.raises(PhotoAbsentError) as caught:
        shelf.jpeg(root / "a.jpg")
    assert caught.value.absence == "unreadable"


def test_a_file_that_is_too_large_is_not_read(shelf: PhotoShelf, root: Path) -> None:
    with (root / "a.jpg").open("wb") as file:
        os.truncate(file.fileno(), 60_000_000)
    with pytest.raises(PhotoAbsentError) as caught:
        shelf.jpeg(root / "a.jpg")
    assert caught.value.absence == "unreadable"


def test_hidden_pixels_and_frames_can_be_looked_at() -> None:
    red, blue = (np.full((40, 60, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200)))
    file = io.BytesIO()
    frames = [Image.fromarray(one) for one in (red, blue)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    animation = open_photo(file.getvalue())
    assert looked_at(animation, "").mean(axis=(0, 1))[0] > 150
    assert looked_at(animation, "frame-1").mean(axis=(0, 1))[2] > 150
    for look in ("frame-9", "frame-", "frame-x", "frame-²", "hidden", "other"):
        with pytest.raises(PhotoAbsentError, match="no such frame"):
            looked_at(animation, look)


def test_what_lies_under_transparency_can_be_looked_at() -> None:
    rgba = np.dstack([data.astronaut(), np.zeros((512, 512), np.uint8)])
    file = io.BytesIO()
    Image.fromarray(rgba).save(file, "PNG")
    photo = open_photo(file.getvalue())
    assert looked_at(photo, "").min() == 255
    assert np.array_equal(looked_at(photo, "hidden"), data.astronaut())


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
def test_any_pixels_become_a_jpeg_within_bounds(pixels: np.ndarray) -> None:
    small = bounded(pixels, 16)
    with Image.open(io.BytesIO(encoded(small))) as photo:
        assert photo.size == (small.shape[1], small.shape[0])
        assert max(photo.size) <= 16
    assert encoded(small) == encoded(bounded(pixels, 16))
