"""Every pixel layout and colour space comes out as the sRGB that a person sees."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.vision.photos import encode, mean_difference, real_photo
from vision.photo import PhotoLimits, open_photo

COFFEE = real_photo("coffee.png").reduce(2)
GREY = COFFEE.convert("L")


def saved(image: Image.Image, pillow_name: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, pillow_name, **options)
    return file.getvalue()


def color_of(data: bytes) -> list[int]:
    """The colour of a photo of one colour."""
    pixels = open_photo(data).pixels.reshape(-1, 3)
    assert (np.ptp(pixels.astype(int), axis=0) <= 2).all()
    return [int(value) for value in np.median(pixels, axis=0)]


def flat(mode: str, value: object) -> Image.Image:
    return Image.new(mode, (32, 32), value)  # type: ignore[arg-type]


@pytest.mark.parametrize("pillow_name", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_and_not_clipped(pillow_name: str) -> None:
    deep = Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257)
    assert mean_difference(open_photo(saved(deep, pillow_name)).pixels, GREY.convert("RGB")) == 0
    half = Image.fromarray(np.full((32, 32), 40_000, np.uint16))
    assert color_of(saved(half, pillow_name)) == [156, 156, 156]


def test_sixteen_bit_grey_is_scaled_before_it_is_shrunk() -> None:
    deep = Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257)
    photo = open_photo(saved(deep, "PNG"), limits=PhotoLimits(working_side=75))
    assert mean_difference(photo.pixels, GREY.reduce(4).convert("RGB")) < 2


def test_sixteen_bit_color_png_is_scaled_and_not_clipped() -> None:
    import cv2

    deep = np.asarray(COFFEE)[..., ::-1].astype(np.uint16) * 257
    encoded = cv2.imencode(".png", deep)[1].tobytes()
    assert mean_difference(open_photo(encoded).pixels, COFFEE) == 0


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (np.linspace(0, 1, 1024, dtype=np.float32), 127),
        (np.linspace(0, 255, 1024, dtype=np.float32), 127),
        (np.linspace(0, 65535, 1024).astype(np.int32), 127),
        (np.linspace(0, 2_000_000_000, 1024).astype(np.int32), 127),
        (np.linspace(-50, 50, 1024, dtype=np.float32), 127),
    ],
    ids=["unit floats", "byte floats", "16 bit in 32", "32 bit", "signed"],
)
def test_wide_samples_are_scaled_by_the_range_they_fill(samples: np.ndarray, expected: int) -> None:
    pixels = open_photo(saved(Image.fromarray(samples.reshape(32, 32)), "TIFF")).pixels
    assert pixels.min() == 0
    assert pixels.max() == 255
    assert abs(float(pixels.mean()) - expected) < 2


def test_floats_that_are_no_numbers_are_black_or_white_and_not_an_error() -> None:
    samples = np.linspace(0, 1, 1024, dtype=np.float32).reshape(32, 32)
    samples[0, :3] = np.nan, np.inf, -np.inf
    pixels = open_photo(saved(Image.fromarray(samples), "TIFF")).pixels
    assert pixels[0, :3, 0].tolist() == [0, 255, 0]
    empty = np.full((32, 32), np.nan, np.float32)
    assert not open_photo(saved(Image.fromarray(empty), "TIFF")).pixels.any()


def test_one_bit_grey_and_palette_photos_become_rgb() -> None:
    assert color_of(saved(flat("1", 1), "PNG")) == [255, 255, 255]
    assert color_of(saved(flat("1", 0), "PNG")) == [0, 0, 0]
    assert color_of(saved(flat("L", 77), "PNG")) == [77, 77, 77]
    palette = COFFEE.convert("P", palette=Image.Palette.ADAPTIVE)
    assert mean_difference(open_photo(saved(palette, "PNG")).pixels, palette.convert("RGB")) == 0


def test_a_large_palette_photo_is_averaged_in_color_and_not_by_index() -> None:
    palette = COFFEE.convert("P", palette=Image.Palette.ADAPTIVE)
    photo = open_photo(saved(palette, "PNG"), limits=PhotoLimits(working_side=100))
    best = palette.convert("RGB").resize((100, 67), Image.Resampling.LANCZOS)
    assert mean_difference(photo.pixels, best) < 1


@pytest.mark.parametrize("pillow_name", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_is_mixed_and_not_inverted(pillow_name: str) -> None:
    assert (
        mean_difference(open_photo(saved(COFFEE.convert("CMYK"), pillow_name)).pixels, COFFEE) < 6
    )
    red = color_of(saved(flat("CMYK", (0, 255, 255, 0)), pillow_name))
    assert red[0] > 245
    assert max(red[1:]) < 10


def test_cmyk_is_decoded_at_reduced_scale_alike() -> None:
    data = saved(COFFEE.convert("CMYK"), "JPEG", quality=95)
    photo = open_photo(data, limits=PhotoLimits(working_side=75))
    assert mean_difference(photo.pixels, COFFEE.reduce(4)) < 5


def test_lab_and_ycbcr_tiff_become_rgb() -> None:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    in_lab = ImageCms.profileToProfile(COFFEE, srgb, lab, outputMode="LAB")
    assert in_lab is not None
    assert mean_difference(open_photo(saved(in_lab, "TIFF")).pixels, COFFEE) < 3
    assert mean_difference(open_photo(saved(COFFEE.convert("YCbCr"), "TIFF")).pixels, COFFEE) < 2


def swapped_profile() -> bytes:
    """An sRGB profile with the colorants of red and green exchanged: pixels (R, G, B) in it are
    (G, R, B) in sRGB. Made by renaming tags in the profile's own table."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


@pytest.mark.parametrize("photo_format", ["jpeg", "png", "webp", "tiff", "avif", "heic"])
def test_the_icc_profile_is_applied(photo_format: str) -> None:
    orange = flat("RGB", (200, 90, 20))
    if photo_format == "heic":
        orange.info["icc_profile"] = swapped_profile()
        data = encode(orange, photo_format)
    else:
        data = encode(orange, photo_format, icc_profile=swapped_profile())
    assert color_of(data) == pytest.approx([90, 200, 20], abs=6)


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert (
        mean_difference(open_photo(encode(COFFEE, "png", icc_profile=profile)).pixels, COFFEE) < 0.5
    )


@pytest.mark.parametrize("profile", [b"nonsense", bytes(200), swapped_profile()[:300]])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    assert (
        mean_difference(open_photo(encode(COFFEE, "png", icc_profile=profile)).pixels, COFFEE) == 0
    )


def test_a_profile_for_other_pixels_is_ignored() -> None:
    assert color_of(encode(flat("L", 90), "png", icc_profile=swapped_profile())) == [90, 90, 90]
    cmyk = saved(flat("CMYK", (0, 255, 255, 0)), "TIFF", icc_profile=swapped_profile())
    assert color_of(cmyk) == [255, 0, 0]
