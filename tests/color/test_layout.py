"""How groups of pixels lie in a product that the tests draw."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from color.layout import BANDS, measure_layout


def halves(height: int = 40, width: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """A box in the middle: its upper half is group 0, its lower half 1, the ground 2."""
    groups = np.full((height, width), 2)
    groups[10:20, 5:25] = 0
    groups[20:30, 5:25] = 1
    return groups, (groups < 2).astype(np.float32)


def test_upper_and_lower_halves_are_told_apart() -> None:
    groups, subject = halves()
    found, product = measure_layout(groups, 3, subject, np.zeros_like(subject))
    assert found.height[0] == pytest.approx(0.25, abs=0.06)
    assert found.height[1] == pytest.approx(0.75, abs=0.06)
    assert found.bands[0, 0] == pytest.approx(1.0)
    assert found.bands[0, -1] == pytest.approx(0.0)
    assert found.y[0] == pytest.approx(15 / 40)
    assert product.box == pytest.approx([0.25, 0.75, 5 / 30, 25 / 30], abs=0.05)
    assert product.mass.sum() == pytest.approx(1.0)


def test_speckles_are_less_coherent_than_halves() -> None:
    groups, subject = halves()
    whole, _ = measure_layout(groups, 3, subject, subject)
    speckled = np.where(groups < 2, np.indices(groups.shape).sum(axis=0) % 2, 2)
    torn, _ = measure_layout(speckled, 3, subject, subject)
    assert whole.coherence[0] > 0.9
    assert torn.coherence[0] < 0.1


def test_skin_is_found_in_the_band_where_it_is() -> None:
    groups, subject = halves()
    skin = np.zeros_like(subject)
    skin[25:30] = 1.0
    _, product = measure_layout(groups, 3, subject, skin)
    assert product.skin[-1] == pytest.approx(1.0)
    assert product.skin[:3] == pytest.approx([0.0, 0.0, 0.0])


@settings(max_examples=50)
@given(
    height=st.integers(1, 30),
    width=st.integers(1, 30),
    seed=st.integers(0, 999),
    empty=st.booleans(),
)
def test_every_measure_is_finite_and_in_its_range(
    height: int, width: int, seed: int, empty: bool
) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 3, (height, width))
    subject = np.zeros((height, width), np.float32)
    if not empty:
        subject = rng.random((height, width), np.float32)
    found, product = measure_layout(groups, 3, subject, subject)
    numbers = [*vars(found).values(), *vars(product).values()]
    for values in numbers:
        assert np.isfinite(values).all()
        assert values.min() >= 0.0
        assert values.max() <= 1.0 + 1e-6
    assert found.bands.shape == (3, BANDS)
