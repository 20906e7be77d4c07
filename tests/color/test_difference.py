"""CIEDE2000 is that of its authors, and nothing between a colour and itself."""

import numpy as np
import pytest

from color.colorspace import ciede2000


def test_a_color_does_not_differ_from_itself() -> None:
    colors = np.array([[50.0, 0.0, 0.0], [50.0, 20.0, -1e-9], [50.0, 0.0, -30.0], [0.0, 0.0, 0.0]])
    assert (np.diag(ciede2000(colors[:, None], colors[None])) == 0).all()


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
