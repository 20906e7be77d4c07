import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from color import ColorAnalyzer, PhotoColors, available_vocabularies
from tests.color.drawing import Rgb, Triple, lit_by, plain, product

COLORS: dict[str, Triple] = {
    "Black": (22, 22, 24),
    "White": (243, 243, 241),
    "Gray": (128, 128, 130),
    "Beige": (214, 196, 166),
    "Brown": (104, 66, 40),
    "Red": (190, 24, 32),
    "Pink": (243, 140, 180),
    "Orange": (246, 122, 20),
    "Yellow": (246, 218, 50),
    "Green": (40, 125, 55),
    "Blue": (36, 70, 170),
    "Purple": (110, 50, 145),
}
GROUNDS: list[Triple] = [(255, 255, 255), (120, 124, 128), (40, 40, 42)]


@st.composite
def images(draw: st.DrawFn) -> Rgb:
    """Images of any small size: flat, noisy, striped, very wide."""
    height, width = draw(st.integers(1, 48)), draw(st.integers(1, 48))
    if draw(st.booleans()):
        height, width = draw(st.sampled_from([(1, 400), (400, 1), (2, 301), (200, 3)]))
    seed = draw(st.integers(0, 2**16))
    palette = np.random.default_rng(seed).integers(0, 256, (draw(st.integers(1, 6)), 3))
    picked = np.random.default_rng(seed + 1).integers(0, len(palette), (height, width))
    noise = np.random.default_rng(seed + 2).normal(0, draw(st.sampled_from([0, 4, 80])), (3,))
    return np.clip(palette[picked] + noise, 0, 255).astype(np.uint8)


def check_guarantees(colors: PhotoColors) -> None:
    assert colors.primary is not None
    assert math.isclose(sum(color.share for color in colors.palette), 1.0, abs_tol=1e-9)
    assert math.isclose(sum(colors.names.values()), 1.0, abs_tol=1e-9)
    assert colors.primary.name in {color.name for color in colors.palette}
    assert [color.share for color in colors.palette] == sorted(
        (color.share for color in colors.palette), reverse=True
    )
    numbers = [*colors.measures.values(), *colors.names.values(), colors.subject_share]
    numbers += [colors.cast.a, colors.cast.b, colors.cast.strength, colors.cast.removed]
    for color in colors.palette:
        numbers += [color.share, color.confidence, *color.lab]
    assert all(math.isfinite(number) for number in numbers)
    assert 0.0 <= colors.subject_share <= 1.0
    if colors.secondary is not None:
        assert colors.secondary.name != colors.primary.name


@settings(max_examples=60, deadline=None)
@given(image=images())
def test_any_image_has_a_primary_and_a_palette_that_sums_to_one(image: Rgb) -> None:
    check_guarantees(ColorAnalyzer().analyze(image))


@settings(max_examples=25, deadline=None)
@given(image=images(), vocabulary=st.sampled_from(available_vocabularies()))
def test_every_vocabulary_keeps_the_guarantees(image: Rgb, vocabulary: str) -> None:
    check_guarantees(ColorAnalyzer(vocabulary).analyze(image))


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (3, 1), (1, 5000), (4000, 2)])
@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (255, 0, 255)])
def test_smallest_and_longest_images_do_not_fail(
    analyzer: ColorAnalyzer, size: tuple[int, int], color: Triple
) -> None:
    check_guarantees(analyzer.analyze(plain(color, *size)))


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket", "camera", "brick"])
def test_a_mirrored_photo_has_the_same_colors(analyzer: ColorAnalyzer, name: str) -> None:
    photo = getattr(data, name)()
    photo = np.stack([photo] * 3, axis=2) if photo.ndim == 2 else photo
    one, other = analyzer.analyze(photo), analyzer.analyze(np.ascontiguousarray(photo[:, ::-1]))
    assert one.primary is not None
    assert other.primary is not None
    assert one.primary.name == other.primary.name
    assert abs(one.primary.share - other.primary.share) < 0.05
    assert one.multicolor == other.multicolor


def test_the_same_photo_gives_the_same_answer_to_the_last_bit(analyzer: ColorAnalyzer) -> None:
    assert analyzer.analyze(data.coffee()) == ColorAnalyzer().analyze(data.coffee())


def test_the_photo_is_not_changed(analyzer: ColorAnalyzer) -> None:
    photo = data.astronaut()
    before = photo.copy()
    analyzer.analyze(photo)
    assert np.array_equal(photo, before)


@pytest.mark.parametrize(
    ("name", "ground"),
    [
        (name, ground)
        for name, color in COLORS.items()
        for ground in GROUNDS
        if abs(color[0] - ground[0]) >= 20 or max(color) - min(color) > 20
    ],
)
def test_a_product_on_a_plain_ground_is_named(
    analyzer: ColorAnalyzer, name: str, ground: Triple
) -> None:
    found = analyzer.analyze(product(COLORS[name], ground))
    assert found.primary is not None
    assert found.primary.name == name


@pytest.mark.parametrize("ground", [(178, 34, 34), (30, 90, 60), (70, 110, 190)])
def test_a_colored_ground_is_not_the_product(analyzer: ColorAnalyzer, ground: Triple) -> None:
    found = analyzer.analyze(product(COLORS["Yellow"], ground))
    assert found.primary is not None
    assert found.primary.name == "Yellow"
    assert found.primary.share > 0.9


def test_white_on_white_is_white(analyzer: ColorAnalyzer) -> None:
    found = analyzer.analyze(product((240, 240, 240), (255, 255, 255)))
    assert found.primary is not None
    assert found.primary.name == "White"


def test_a_white_shirt_under_a_warm_lamp_is_white(analyzer: ColorAnalyzer) -> None:
    found = analyzer.analyze(lit_by(product((236, 236, 236), (212, 212, 212)), (1.0, 0.82, 0.55)))
    assert found.primary is not None
    assert found.primary.name == "White"
    assert found.cast.b > 8
    assert found.cast.removed > 0.5


def test_a_neutral_light_is_left_alone(analyzer: ColorAnalyzer) -> None:
    found = analyzer.analyze(product(COLORS["Blue"], (230, 230, 230)))
    assert found.cast.strength < 2
    assert found.cast.removed == 0.0


def test_a_pink_ground_is_not_taken_for_light(analyzer: ColorAnalyzer) -> None:
    found = analyzer.analyze(product((240, 240, 240), (240, 190, 205)))
    assert found.cast.removed == 0.0
    assert found.primary is not None
    assert found.primary.name == "White"


def test_two_colors_are_primary_and_secondary(analyzer: ColorAnalyzer) -> None:
    photo = product(COLORS["Blue"], (255, 255, 255))
    inside = (photo.astype(int).sum(axis=2) < 600) & (np.arange(160)[:, None] > 95)
    photo[inside] = COLORS["Yellow"]
    found = analyzer.analyze(photo)
    assert found.primary is not None
    assert found.secondary is not None
    assert {found.primary.name, found.secondary.name} == {"Blue", "Yellow"}
    assert not found.multicolor


def test_many_bright_stripes_are_multicolor(analyzer: ColorAnalyzer) -> None:
    photo = plain((255, 255, 255), 160, 160)
    for index, name in enumerate(["Red", "Yellow", "Green", "Blue", "Purple", "Orange"]):
        photo[30 + 16 * index : 46 + 16 * index, 30:130] = COLORS[name]
    assert analyzer.analyze(photo).multicolor


def test_skin_around_a_garment_is_not_its_color(analyzer: ColorAnalyzer) -> None:
    photo = plain((255, 255, 255), 200, 140)
    skin, hair = (224, 172, 140), (40, 28, 22)
    cv2.ellipse(photo, (70, 32), (22, 28), 0, 0, 360, hair, -1)
    cv2.ellipse(photo, (70, 38), (16, 22), 0, 0, 360, skin, -1)
    photo[60:170, 30:110] = COLORS["Green"]
    photo[70:160, 14:30] = skin
    photo[70:160, 110:126] = skin
    found = analyzer.analyze(photo)
    assert found.primary is not None
    assert found.primary.name == "Green"
    assert found.primary.share > 0.85


def test_a_product_of_skin_color_keeps_its_color(analyzer: ColorAnalyzer) -> None:
    found = analyzer.analyze(product((205, 160, 125), (255, 255, 255)))
    assert found.primary is not None
    assert found.primary.name in {"Beige", "Brown"}


def test_the_hole_of_a_ring_is_not_white(analyzer: ColorAnalyzer) -> None:
    photo = plain((255, 255, 255), 160, 160)
    cv2.circle(photo, (80, 80), 50, COLORS["Black"], 14)
    found = analyzer.analyze(photo)
    assert found.primary is not None
    assert found.primary.name == "Black"
    assert found.primary.share > 0.8


@pytest.mark.parametrize("shape", [(10, 10), (10, 10, 4), (0, 5, 3)])
def test_other_arrays_are_refused(analyzer: ColorAnalyzer, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="RGB uint8"):
        analyzer.analyze(np.zeros(shape, dtype=np.uint8))
