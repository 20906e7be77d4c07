import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_quality.tiles import mean_bytes, tile_means


@pytest.mark.parametrize(
    ("height", "width", "rows", "columns"),
    [(448, 336, 12, 9), (533, 400, 33, 25), (70, 448, 2, 12)],
)
def test_the_means_are_those_of_area_averaging(
    height: int, width: int, rows: int, columns: int
) -> None:
    plane = np.random.default_rng(0).uniform(0, 255, (height, width)).astype(np.float32)
    expected = cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(tile_means(plane, rows, columns), expected, rtol=1e-5)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_all_pixels_count_the_same(height: int, width: int, data: st.DataObject) -> None:
    rows, columns = (data.draw(st.integers(1, side)) for side in (height, width))
    plane = np.random.default_rng(1).uniform(0, 1, (height, width)).astype(np.float32)
    means = tile_means(plane, rows, columns)
    assert means.shape == (rows, columns)
    assert means.mean() == pytest.approx(plane.mean(), rel=1e-4)


def test_a_pixel_in_two_tiles_counts_in_each_by_its_part() -> None:
    plane = np.array([[0.0, 6.0, 0.0]], dtype=np.float32)
    assert tile_means(plane, 1, 2).tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize(
    ("height", "width", "rows", "columns"),
    [(448, 336, 32, 32), (533, 400, 33, 25), (70, 448, 4, 28), (768, 768, 48, 48)],
)
def test_means_of_bytes_are_area_averages_in_whole_numbers(
    height: int, width: int, rows: int, columns: int
) -> None:
    plane = np.random.default_rng(2).integers(0, 256, (height, width), dtype=np.uint8)
    exact = cv2.resize(plane.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(mean_bytes(plane, rows, columns), exact, rtol=0, atol=0.5001)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 255), st.data())
def test_means_of_one_level_are_that_level(
    height: int, width: int, level: int, data: st.DataObject
) -> None:
    rows, columns = (data.draw(st.integers(1, side)) for side in (height, width))
    means = mean_bytes(np.full((height, width), level, np.uint8), rows, columns)
    assert means.tolist() == [[level] * columns] * rows
