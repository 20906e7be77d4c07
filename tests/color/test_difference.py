"""CIEDE2000 is that of scikit-image, bit for bit, at the edges of its formula too."""

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000

from color.difference import ciede2000


def test_random_colors_differ_as_scikit_image_says() -> None:
    draw = np.random.default_rng(0)
    first, second = (draw.uniform([0, -100, -100], [100, 100, 100], (20_000, 3)) for _ in range(2))
    np.testing.assert_allclose(ciede2000(first, second), deltaE_ciede2000(first, second), 1e-12)


def test_greys_opposite_hues_and_near_colors_differ_as_scikit_image_says() -> None:
    colors = np.array(
        [
            [50.0, 0.0, 0.0],
            [50.0, 20.0, 0.0],
            [50.0, -20.0, 0.0],
            [50.0, 20.0, 1e-9],
            [50.0, 20.0, -1e-9],
            [50.0, 0.0, 30.0],
            [50.0, 0.0, -30.0],
            [0.0, 0.0, 0.0],
            [100.0, 0.0, 0.0],
        ]
    )
    found = ciede2000(colors[:, None], colors[None])
    expected = deltaE_ciede2000(colors[:, None], colors[None])
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert (np.diag(found) == 0).all()


def test_two_single_colors_have_one_difference() -> None:
    assert (
        ciede2000(np.array([50.0, 2.6772, -79.7751]), np.array([50.0, 0.0, -82.7485])).shape == ()
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_pairs_of_its_authors_differ_as_they_say(
    first: tuple[float, ...], second: tuple[float, ...], expected: float
) -> None:
    assert ciede2000(np.array(first), np.array(second)) == pytest.approx(expected, abs=5e-5)
