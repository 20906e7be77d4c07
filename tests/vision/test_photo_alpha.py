"""Transparency is composited on white; a picture hidden under it is found, a cut-out is none."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.vision.photos import encode, mean_difference, real_photo
from vision.photo import PhotoLimits, open_photo
from vision.photo_hidden import HiddenMeasures, is_hidden

ROCKET = real_photo("rocket.jpg").reduce(2)


def with_alpha(image: Image.Image, alpha: Image.Image | int) -> Image.Image:
    covered = image.convert("RGBA")
    covered.putalpha(alpha)
    return covered


def disc(size: tuple[int, int]) -> Image.Image:
    """An anti-aliased disc: opaque inside, transparent outside."""
    large = Image.new("L", (size[0] * 4, size[1] * 4))
    ImageDraw.Draw(large).ellipse((100, 100, size[0] * 4 - 100, size[1] * 4 - 100), fill=255)
    return large.reduce(4)


DISC = disc(ROCKET.size)


@pytest.mark.parametrize("photo_format", ["png", "webp", "tiff", "avif"])
def test_transparency_is_composited_on_white(photo_format: str) -> None:
    shown = Image.composite(ROCKET, Image.new("RGB", ROCKET.size, "white"), DISC)
    black_outside = Image.composite(
        ROCKET, Image.new("RGB", ROCKET.size), DISC.point(lambda v: 255 * (v > 0))
    )
    photo = open_photo(encode(with_alpha(black_outside, DISC), photo_format))
    assert mean_difference(photo.pixels, shown) < 2.5
    assert photo.pixels[0, 0].tolist() == [255, 255, 255]


def test_half_transparent_black_is_grey() -> None:
    photo = open_photo(encode(Image.new("RGBA", (32, 32), (0, 0, 0, 128)), "png"))
    assert photo.pixels[5, 5].tolist() == [127, 127, 127]


def test_shrinking_does_not_let_the_color_of_transparent_pixels_bleed() -> None:
    square = Image.new("RGBA", (800, 800), (0, 0, 0, 0))
    square.paste((200, 30, 30, 255), (200, 200, 600, 600))
    pixels = open_photo(encode(square, "png"), limits=PhotoLimits(working_side=100)).pixels
    assert pixels[:20].min() > 240
    assert pixels.reshape(-1, 3)[:, 0].min() >= 190  # never darker than the square or the white


def palette_photo() -> Image.Image:
    image = Image.new("P", (32, 32), 0)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.paste(1, (16, 0, 32, 32))
    return image


@pytest.mark.parametrize("transparency", [0, b"\x00\xff"], ids=["index", "bytes"])
def test_a_transparent_palette_entry_is_white(transparency: int | bytes) -> None:
    pixels = open_photo(encode(palette_photo(), "png", transparency=transparency)).pixels
    assert pixels[5, 5].tolist() == [255, 255, 255]
    assert pixels[5, 20].tolist() == [200, 100, 50]


def test_a_half_transparent_palette_entry_is_mixed_with_white() -> None:
    pixels = open_photo(encode(palette_photo(), "png", transparency=b"\x80\xff")).pixels
    assert pixels[5, 5].tolist() == pytest.approx([132, 137, 142], abs=1)


def test_a_transparent_gif_index_is_white() -> None:
    assert open_photo(encode(palette_photo(), "gif", transparency=0)).pixels[5, 5, 0] == 255


@pytest.mark.parametrize(
    ("mode", "color", "transparency"),
    [("L", 90, 90), ("RGB", (90, 80, 70), (90, 80, 70)), ("1", 0, 0), ("I;16", 9000, 9000)],
)
def test_the_transparent_color_of_a_png_is_white(
    mode: str, color: object, transparency: object
) -> None:
    image = Image.new(mode, (32, 32), color)  # type: ignore[arg-type]
    assert open_photo(encode(image, "png", transparency=transparency)).pixels.min() == 255
    assert open_photo(encode(image, "png")).pixels.max() < 100


@pytest.mark.parametrize("mode", ["LA", "La", "RGBa", "PA", "RGBA"])
def test_every_mode_with_alpha_is_composited(mode: str) -> None:
    if mode in ("La", "RGBa"):
        image = Image.new(mode[:-1] + "A", (32, 32)).convert(mode)
    else:
        image = Image.new(mode, (32, 32))
    assert open_photo(image).pixels.min() == 255


def test_a_photo_turned_transparent_is_hidden() -> None:
    photo = open_photo(encode(with_alpha(ROCKET, 0), "png"))
    assert photo.pixels.min() == 255
    assert photo.hidden_pixels
    assert photo.hidden is not None
    assert mean_difference(photo.hidden, ROCKET) == 0


def test_a_hidden_photo_is_turned_and_shrunk_with_the_shown_one() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encode(with_alpha(ROCKET.rotate(90, expand=True), 3), "png", exif=exif.tobytes())
    photo = open_photo(data, limits=PhotoLimits(working_side=80))
    assert photo.hidden is not None
    assert photo.hidden.shape == photo.pixels.shape
    assert mean_difference(photo.hidden, ROCKET.resize(photo.pixels.shape[1::-1])) < 5


def test_dark_text_under_white_and_white_text_under_dark_are_hidden() -> None:
    for ground, ink in (("white", "black"), ("black", "white")):
        page = Image.new("RGB", (300, 200), ground)
        ImageDraw.Draw(page).text((20, 60), "call 555-0199", fill=ink, font_size=40)
        assert open_photo(encode(with_alpha(page, 0), "png")).hidden_pixels


def test_a_cut_out_on_one_flat_color_hides_nothing() -> None:
    for color in ("black", "white", "#00ff00"):
        cut = Image.composite(ROCKET, Image.new("RGB", ROCKET.size, color), DISC)
        assert not open_photo(encode(with_alpha(cut, DISC), "png")).hidden_pixels


def test_a_cut_out_that_keeps_its_ground_under_transparency_hides_it() -> None:
    assert open_photo(
        encode(with_alpha(real_photo("coffee.png"), disc((600, 400))), "png")
    ).hidden_pixels


def test_anti_aliased_edges_and_soft_shadows_hide_nothing() -> None:
    edges = with_alpha(ROCKET, DISC.filter(ImageFilter.GaussianBlur(0.7)))
    flat = Image.new("RGBA", ROCKET.size)
    flat.paste(edges, mask=DISC.point(lambda value: 255 * (value > 0)))
    assert not open_photo(encode(flat, "png")).hidden_pixels
    shadow = with_alpha(Image.new("RGB", ROCKET.size), DISC.filter(ImageFilter.GaussianBlur(12)))
    assert not open_photo(encode(shadow, "png")).hidden_pixels


def test_an_opaque_alpha_channel_hides_nothing() -> None:
    photo = open_photo(encode(with_alpha(ROCKET, 255), "png"))
    assert photo.hidden is None
    assert mean_difference(photo.pixels, ROCKET) == 0


def test_hiding_takes_a_difference_and_detail_both() -> None:
    assert is_hidden(HiddenMeasures(different=0.5, detailed=0.5))
    assert not is_hidden(HiddenMeasures(different=0.5, detailed=0.0))
    assert not is_hidden(HiddenMeasures(different=0.0, detailed=0.5))


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (2000, 1), (2, 2)])
def test_transparent_photos_of_any_shape_open(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
    file = BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    photo = open_photo(file.getvalue(), limits=PhotoLimits(min_side=1, working_side=100))
    assert (photo.width, photo.height) == size
