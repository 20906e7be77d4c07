"""Frames beyond the first are sampled over the whole length; damage is counted, never hidden."""

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.vision.photos import encode, encode_frames, grey_frames, mean_difference, real_photo
from vision.photo import PhotoError, PhotoLimits, open_photo
from vision.photo_animation import plan_frames, spread
from vision.photo_frame_count import count_gif_frames
from vision.photo_limits import Deadline

ANIMATED = ["gif", "webp", "png", "avif"]
PAGED = ["tiff", "mpo", "heic"]
OPTIONS = {"webp": {"lossless": True}, "mpo": {"quality": 95}, "avif": {"speed": 9}}


def frames_of(count: int, photo_format: str) -> bytes:
    return encode_frames(grey_frames(count), photo_format, **OPTIONS.get(photo_format, {}))


# Pillow writes wrong offsets into an MPO of more than three photos, so that one has only three.
@pytest.mark.parametrize("photo_format", [*ANIMATED, "tiff", "heic"])
def test_frames_are_sampled_over_the_whole_length(photo_format: str) -> None:
    photo = open_photo(frames_of(20, photo_format))
    assert photo.frame_indices == (0, 3, 5, 8, 11, 14, 16, 19)
    assert len(photo.frames) == 8
    assert photo.unreadable_frames == 0
    lightness = [float(frame.mean()) for frame in photo.frames]
    assert lightness == pytest.approx([240 * at // 19 for at in photo.frame_indices], abs=4)
    assert np.array_equal(photo.frames[0], photo.pixels)


@pytest.mark.parametrize("photo_format", ANIMATED + PAGED)
def test_a_few_frames_are_all_looked_at(photo_format: str) -> None:
    photo = open_photo(frames_of(3, photo_format))
    assert photo.frame_indices == (0, 1, 2)


@pytest.mark.parametrize("photo_format", [*ANIMATED, "tiff", "heic", "jpeg", "bmp"])
def test_a_still_has_no_frames(photo_format: str) -> None:
    photo = open_photo(encode(real_photo().reduce(4), photo_format))
    assert photo.frames == ()
    assert photo.frame_indices == ()
    assert photo.unreadable_frames == 0


def test_max_frames_of_one_looks_at_the_first_alone() -> None:
    photo = open_photo(frames_of(5, "gif"), limits=PhotoLimits(max_frames=1))
    assert (photo.frames, photo.unreadable_frames) == ((), 0)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 100, 1001])
@pytest.mark.parametrize("most", [1, 2, 3, 8])
def test_a_spread_is_even_with_both_ends_in(count: int, most: int) -> None:
    indices = spread(count, most)
    assert len(indices) == min(count, most)
    assert indices[0] == 0
    if most > 1:
        assert indices[-1] == count - 1
    steps = np.diff(indices)
    assert (steps >= 1).all()
    assert len(steps) == 0 or np.ptp(steps) <= 1


def test_pages_of_other_sizes_are_each_shrunk_on_their_own() -> None:
    chelsea = real_photo()
    pages = [chelsea.resize((400, 300)), chelsea.resize((75, 50)), chelsea.resize((20, 200))]
    limits = PhotoLimits(working_side=50)
    for photo_format in PAGED:
        photo = open_photo(encode_frames(pages, photo_format), limits=limits)
        assert [frame.shape[:2] for frame in photo.frames] == [(38, 50), (33, 50), (50, 5)]
        for page, frame in zip(pages, photo.frames, strict=True):
            assert mean_difference(frame, page.resize(frame.shape[1::-1])) < 8


def test_a_page_over_the_limits_is_unreadable_and_the_others_stay() -> None:
    pages = [Image.new("RGB", size, "red") for size in ((64, 64), (640, 64), (64, 64))]
    photo = open_photo(encode_frames(pages, "tiff"), limits=PhotoLimits(max_side=100))
    assert photo.frame_indices == (0, 2)
    assert photo.unreadable_frames == 1


@pytest.mark.parametrize("photo_format", ["gif", "png", "tiff", "mpo"])
def test_a_damaged_end_keeps_the_first_frames_and_is_counted(photo_format: str) -> None:
    chelsea = real_photo().reduce(2)
    data = encode_frames([chelsea.rotate(turn) for turn in (0, 10, 20, 30)], photo_format)
    photo = open_photo(data[: len(data) * 7 // 10])
    assert photo.unreadable_frames >= 1
    assert 1 <= len(photo.frames) <= 3
    assert np.array_equal(photo.frames[0], open_photo(data).pixels)


def test_a_damaged_first_frame_is_an_error() -> None:
    data = encode_frames([real_photo(), real_photo().rotate(10)], "gif")
    with pytest.raises(PhotoError) as caught:
        open_photo(data[: len(data) // 5])
    assert caught.value.code == "truncated"


def test_a_photo_hidden_in_a_later_frame_is_found() -> None:
    chelsea = real_photo().convert("RGBA")
    ghost = real_photo().convert("RGBA")
    ghost.putalpha(0)
    photo = open_photo(encode_frames([chelsea, ghost], "tiff"))
    assert photo.hidden is not None
    assert mean_difference(photo.hidden, real_photo()) == 0


def test_a_long_animation_is_sampled_as_far_as_it_may_and_says_so() -> None:
    limits = PhotoLimits(max_animation_pixels=100_000)  # ten frames of the least cost
    photo = open_photo(frames_of(40, "gif"), limits=limits)
    assert photo.frame_indices == (0, 2, 3, 5, 6, 8, 9)
    assert photo.unreadable_frames == 1


def test_a_plan_names_what_is_out_of_reach() -> None:
    assert plan_frames(3, False, 10, 8).out_of_reach == 0
    assert plan_frames(3, True, 10, 8).out_of_reach == 1
    assert plan_frames(11, False, 10, 8).out_of_reach == 1


@pytest.mark.parametrize("count", [1, 2, 30])
def test_gif_frames_are_counted_as_the_decoder_finds_them(count: int) -> None:
    assert count_gif_frames(frames_of(count, "gif"), 1000, Deadline(None)) == count


def test_counting_gif_frames_stops_where_told() -> None:
    assert count_gif_frames(frames_of(30, "gif"), 12, Deadline(None)) == 12


def test_a_gif_of_very_many_tiny_frames_is_not_all_decoded() -> None:
    frame = b",\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    gif = b"GIF89a" + struct.pack("<HHBBB", 16, 16, 0x80, 0, 0) + bytes(6) + frame * 200_000 + b";"
    photo = open_photo(gif, limits=PhotoLimits(max_animation_pixels=1_000_000))
    assert photo.unreadable_frames == 1
    assert photo.frame_indices[-1] == 99


def test_a_callers_animation_is_sampled_and_put_back_to_its_frame() -> None:
    with Image.open(BytesIO(frames_of(5, "gif"))) as image:
        image.seek(2)
        photo = open_photo(image)
        assert image.tell() == 2
        assert photo.frame_indices == (0, 1, 2, 3, 4)
        assert photo.pixels.mean() == pytest.approx(120, abs=2)
        assert [round(float(frame.mean())) for frame in photo.frames] == [0, 60, 120, 180, 240]
