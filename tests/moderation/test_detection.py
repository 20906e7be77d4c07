import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.detection import Detection, clip_box

SIDE = st.integers(1, 5000)
CORNER = st.floats(-1e6, 1e6)


@pytest.mark.parametrize("score", [-0.01, 1.01, math.nan, math.inf])
def test_a_score_outside_0_to_1_is_no_detection(score: float) -> None:
    with pytest.raises(ValueError, match="FACE_FEMALE"):
        Detection("FACE_FEMALE", score, None, "a")


@pytest.mark.parametrize("box", [(-1, 0, 5, 5), (0, -1, 5, 5), (0, 0, 0, 5), (0, 0, 5, 0)])
def test_a_box_that_is_empty_or_begins_outside_is_no_detection(
    box: tuple[int, int, int, int],
) -> None:
    with pytest.raises(ValueError, match="box"):
        Detection("FACE_FEMALE", 0.5, box, "a")


@given(CORNER, CORNER, CORNER, CORNER, SIDE, SIDE)
def test_a_clipped_box_lies_inside_the_image_and_has_an_area(
    x0: float, y0: float, x1: float, y1: float, width: int, height: int
) -> None:
    x, y, w, h = clip_box((x0, y0, x1, y1), (width, height))
    assert x >= 0
    assert y >= 0
    assert w >= 1
    assert h >= 1
    assert x + w <= width
    assert y + h <= height


def test_clipping_keeps_the_far_corner_where_the_near_one_is_outside() -> None:
    assert clip_box((-10, -20, 30, 40), (100, 100)) == (0, 0, 30, 40)


def test_a_box_is_scaled_to_the_full_size() -> None:
    small = Detection("FACE_FEMALE", 0.5, (10, 20, 30, 40), "a")
    assert small.scaled((100, 100), (400, 200)).box == (40, 40, 120, 80)


def test_a_detection_without_a_box_stays_without_one() -> None:
    assert Detection("GORE", 0.5, None, "a").scaled((10, 10), (20, 20)).box is None


@given(SIDE, SIDE, SIDE, SIDE)
def test_a_scaled_box_stays_inside_whatever_the_sizes(w: int, h: int, fw: int, fh: int) -> None:
    box = Detection("FACE_FEMALE", 0.5, (w - 1, h - 1, 1, 1), "a").scaled((w, h), (fw, fh)).box
    assert box is not None
    assert box[0] + box[2] <= fw
    assert box[1] + box[3] <= fh
