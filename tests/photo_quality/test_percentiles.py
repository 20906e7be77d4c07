"""Percentiles are those of NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_quality.percentiles import percentile, percentiles

SHARES = (0, 1, 5, 20, 50, 75, 90, 98, 99, 100)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_percentiles_of_numbers_are_those_of_numpy(values: list[float]) -> None:
    expected = np.percentile(values, SHARES)
    assert percentiles(np.array(values), SHARES) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.binary(min_size=1, max_size=80), st.integers(1, 4))
def test_percentiles_of_bytes_in_any_shape_are_those_of_numpy(values: bytes, rows: int) -> None:
    plane = np.tile(np.frombuffer(values, np.uint8), (rows, 1))
    assert percentiles(plane, SHARES) == pytest.approx(np.percentile(plane, SHARES).tolist())


def test_one_percentile_lies_between_two_values() -> None:
    assert percentile(np.array([4.0, 0.0]), 75) == 3.0
