import math

import pytest

from color import ColorAnalyzer
from tests.color.drawing import product

WHITE = (255, 255, 255)


def test_a_listing_without_photos_has_no_color(analyzer: ColorAnalyzer) -> None:
    listing = analyzer.combine([])
    assert listing.primary is None
    assert listing.secondary is None
    assert listing.palette == ()
    assert not listing.multicolor


def test_one_photo_speaks_for_the_listing(analyzer: ColorAnalyzer) -> None:
    photo = analyzer.analyze(product((40, 125, 55), WHITE))
    listing = analyzer.combine([photo])
    assert listing.primary is not None
    assert photo.primary is not None
    assert listing.primary.name == photo.primary.name == "Green"
    assert listing.primary.confidence == pytest.approx(photo.primary.confidence)


def test_the_color_of_most_photos_is_the_listing_s(analyzer: ColorAnalyzer) -> None:
    colors = [(190, 24, 32), (185, 30, 36), (36, 70, 170)]
    listing = analyzer.combine([analyzer.analyze(product(color, WHITE)) for color in colors])
    assert listing.primary is not None
    assert listing.secondary is not None
    assert listing.primary.name == "Red"
    assert listing.secondary.name == "Blue"
    assert math.isclose(sum(color.share for color in listing.palette), 1.0, abs_tol=1e-9)


def test_the_order_of_photos_does_not_change_the_names(analyzer: ColorAnalyzer) -> None:
    photos = [analyzer.analyze(product(c, WHITE)) for c in [(20, 20, 22), (243, 140, 180)]]
    one, other = analyzer.combine(photos), analyzer.combine(photos[::-1])
    assert [color.name for color in one.palette] == [color.name for color in other.palette]


def test_many_colors_over_the_photos_make_a_multicolor_listing(analyzer: ColorAnalyzer) -> None:
    colors = [(190, 24, 32), (246, 218, 50), (40, 125, 55), (36, 70, 170), (110, 50, 145)]
    assert analyzer.combine(
        [analyzer.analyze(product(color, WHITE)) for color in colors]
    ).multicolor
