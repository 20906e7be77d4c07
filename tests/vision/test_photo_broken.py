"""Broken, foreign, oversized photos: each gets its code, and nothing else is ever raised."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.vision.photos import SAVED_AS, encode, exif_with_orientation, real_photo
from vision.photo import PHOTO_ERROR_CODES, PhotoError, PhotoLimits, open_photo

CHELSEA = real_photo("chelsea.png")
# Small photos, so that every byte matters to a fuzzer.
SMALL = {name: encode(CHELSEA.resize((48, 32)), name) for name in SAVED_AS}


def code_of(data: bytes, limits: PhotoLimits | None = None) -> str:
    with pytest.raises(PhotoError) as caught:
        open_photo(data, limits=limits)
    assert caught.value.message.startswith(("The photo", "This"))
    assert caught.value.message.endswith(".")
    return caught.value.code


def png_declaring(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + header + b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


@pytest.mark.parametrize("photo_format", SAVED_AS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_a_photo_cut_in_the_middle_is_truncated(photo_format: str, share: float) -> None:
    # An MPO cut in its first photo is a cut JPEG; cut in its second it still shows the first.
    data = encode(CHELSEA, "jpeg" if photo_format == "mpo" else photo_format)
    assert code_of(data[: int(len(data) * share)]) == "truncated"


@pytest.mark.parametrize("start", [b"\xff\xd8", b"\x89PNG", b"\xff\xd8\xff\xe0\0\x10JFIF"])
def test_a_photo_cut_in_its_first_bytes_is_truncated(start: bytes) -> None:
    assert code_of(start) == "truncated"


def test_a_png_whose_pixels_are_garbage_is_corrupt() -> None:
    data = bytearray(encode(CHELSEA, "png"))
    start = data.index(b"IDAT") + 4
    data[start : start + 4000] = bytes(4000)
    assert code_of(bytes(data)) == "corrupt"


def test_a_jpeg_without_its_frame_header_is_corrupt() -> None:
    data = encode(CHELSEA, "jpeg").replace(b"\xff\xc0", b"\xff\xee", 1)
    assert code_of(data) == "corrupt"


@pytest.mark.parametrize("photo_format", ["webp", "avif", "heic"])
def test_a_complete_file_of_garbage_is_corrupt(photo_format: str) -> None:
    data = encode(CHELSEA, photo_format)
    assert code_of(data[:40] + bytes(len(data) - 40)) in ("corrupt", "truncated")
    assert code_of(data[:200] + b"\xaa" * (len(data) - 200)) == "corrupt"


@pytest.mark.parametrize(
    "data",
    [
        b"hello, this is text and no photo",
        b"BM is how some text begins, but no bitmap",
        b"%PDF-1.7 ...",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
        b"8BPS\0\1" + bytes(40),
        b"<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'/>",
        b"P6 20 20 255\n" + bytes(1200),
        b"\0\0\1\0\1\0" + bytes(60),
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"PK\3\4" + bytes(30),
        bytes(100),
        b"x",
    ],
    ids=[
        "text",
        "BM",
        "pdf",
        "eps",
        "psd",
        "svg",
        "ppm",
        "ico",
        "mp4",
        "wav",
        "zip",
        "zeros",
        "byte",
    ],
)
def test_what_is_no_photo_is_unsupported(data: bytes) -> None:
    assert code_of(data) == "unsupported_format"


def test_declared_sizes_over_the_limits_are_refused_before_decoding() -> None:
    assert code_of(png_declaring(60_000, 60_000)) == "too_many_pixels"
    assert code_of(png_declaring(10_001, 100)) == "too_many_pixels"
    assert code_of(png_declaring(2**31 - 1, 2**31 - 1)) == "too_many_pixels"
    assert code_of(png_declaring(10_000, 10_000)) == "truncated"


@pytest.mark.parametrize("photo_format", SAVED_AS)
def test_every_format_keeps_to_the_limits_on_size(photo_format: str) -> None:
    data = SMALL[photo_format]  # 48 x 32
    assert open_photo(data, limits=PhotoLimits(max_side=48, max_pixels=48 * 32, min_side=32))
    assert code_of(data, PhotoLimits(max_side=47)) == "too_many_pixels"
    assert code_of(data, PhotoLimits(max_pixels=48 * 32 - 1)) == "too_many_pixels"
    assert code_of(data, PhotoLimits(min_side=33)) == "too_small"


def test_limits_above_pillows_own_are_the_ones_that_hold() -> None:
    gif = bytearray(SMALL["gif"])
    gif[6:10] = struct.pack("<HH", 9_000, 9_999)  # 90 million pixels: Pillow would warn
    assert open_photo(bytes(gif)).width == 9_000
    png = png_declaring(19_000, 10_000)  # 190 million: Pillow would refuse
    assert code_of(png, PhotoLimits(max_side=20_000, max_pixels=200_000_000)) == "truncated"


def test_a_photo_of_one_pixel_is_too_small() -> None:
    assert code_of(encode(Image.new("RGB", (1, 1)), "png")) == "too_small"


def test_no_time_at_all_is_a_timeout() -> None:
    assert code_of(SMALL["jpeg"], PhotoLimits(timeout_seconds=1e-9)) == "timeout"
    assert open_photo(SMALL["jpeg"], limits=PhotoLimits(timeout_seconds=None))


@pytest.mark.parametrize("limit", ["max_bytes", "min_side", "max_frames", "timeout_seconds"])
def test_a_limit_that_is_not_positive_is_a_value_error_naming_it(limit: str) -> None:
    with pytest.raises(ValueError, match=limit):
        PhotoLimits(**{limit: 0})


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0nonsense",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01\x03\0",
        exif_with_orientation(6)[:-12],
        exif_with_orientation(9),
        exif_with_orientation(0),
    ],
)
@pytest.mark.parametrize("photo_format", ["jpeg", "png", "webp"])
def test_malformed_exif_leaves_the_photo_as_stored(
    exif: bytes, photo_format: str, capfd: pytest.CaptureFixture[str]
) -> None:
    photo = open_photo(encode(CHELSEA, photo_format, exif=exif))
    assert (photo.width, photo.height) == CHELSEA.size
    assert capfd.readouterr().err == ""


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real photo with some bytes changed, taken out or cut off."""
    data = bytearray(SMALL[draw(st.sampled_from(sorted(SMALL)))])
    changes = st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255))
    for at, value in draw(st.lists(changes, max_size=12)):
        data[at] = value
    # Most of what decides how a file is read stands at its beginning.
    for at, value in draw(
        st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=4)
    ):
        data[min(at, len(data) - 1)] = value
    start, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
    if draw(st.booleans()):
        del data[start : start + length]
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@settings(max_examples=400, deadline=None)
@given(damaged())
def test_a_damaged_photo_opens_or_raises_a_coded_error_and_nothing_else(data: bytes) -> None:
    limits = PhotoLimits(max_pixels=2_000_000, timeout_seconds=None)
    try:
        photo = open_photo(data, limits=limits)
    except PhotoError as error:
        code = error.code
    else:
        code = None
        assert photo.pixels.ndim == 3
        assert min(photo.width, photo.height) >= limits.min_side
    assert code is None or code in PHOTO_ERROR_CODES


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_raise_a_coded_error(data: bytes) -> None:
    with pytest.raises(PhotoError):
        open_photo(data)


def test_broken_photos_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    for name in SMALL.keys() - {"tiff"}:  # libtiff itself says a line
        data = SMALL[name]
        for at in range(0, len(data), 97):
            broken = data[:at] + b"\xff\0\xff" + data[at + 3 :]
            try:
                open_photo(broken, limits=PhotoLimits(max_pixels=2_000_000))
            except PhotoError:
                continue
    assert capfd.readouterr() == ("", "")
