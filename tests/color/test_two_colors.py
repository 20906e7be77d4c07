"""Drawn products of two plain colours: names follow shares."""

import numpy as np
import pytest

from color import ColorAnalyzer
from tests.color.drawing import Rgb, Triple, plain

COLORS: dict[str, Triple] = {
    "Black": (20, 20, 22),
    "White": (250, 250, 248),
    "Gray": (128, 128, 130),
    "Beige": (222, 205, 172),
    "Brown": (100, 60, 32),
    "Red": (196, 20, 30),
    "Pink": (246, 140, 184),
    "Orange": (248, 124, 16),
    "Yellow": (248, 222, 40),
    "Green": (36, 130, 56),
    "Blue": (32, 70, 180),
    "Purple": (112, 44, 150),
}
GROUND: Triple = (190, 196, 190)


def two_colored(larger: Triple, smaller: Triple, share: float, *, upright: bool) -> Rgb:
    """A box of two colours, one beside or above the other, on a plain ground."""
    photo = plain(GROUND, 140, 140)
    edge = 25 + round(90 * share)
    photo[25:115, 25:115] = smaller
    if upright:
        photo[25:edge, 25:115] = larger
    else:
        photo[25:115, 25:edge] = larger
    noise = np.random.default_rng(5).normal(0.0, 1.5, photo.shape)
    return np.clip(np.rint(photo + noise), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("upright", [True, False], ids=["above", "beside"])
@pytest.mark.parametrize("larger", COLORS)
def test_the_larger_color_is_the_primary_and_the_smaller_the_secondary(
    analyzer: ColorAnalyzer, larger: str, upright: bool
) -> None:
    for smaller in COLORS:
        if smaller == larger:
            continue
        photo = two_colored(COLORS[larger], COLORS[smaller], 0.62, upright=upright)
        found = analyzer.analyze(photo)
        assert found.primary is not None
        assert found.secondary is not None, (larger, smaller)
        assert (found.primary.name, found.secondary.name) == (larger, smaller)
        assert not found.multicolor


@pytest.mark.parametrize(("larger", "smaller"), [("Red", "Blue"), ("Blue", "Red")])
def test_a_product_two_thirds_of_one_color_has_such_shares(
    analyzer: ColorAnalyzer, larger: str, smaller: str
) -> None:
    found = analyzer.analyze(two_colored(COLORS[larger], COLORS[smaller], 0.68, upright=False))
    assert found.primary is not None
    assert found.secondary is not None
    assert found.primary.share == pytest.approx(0.68, abs=0.15)
    assert found.secondary.share == pytest.approx(0.32, abs=0.15)
