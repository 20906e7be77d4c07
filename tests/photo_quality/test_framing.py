"""Size, shape, subject, ground and borders."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from photo_quality import PhotoQuality, QualityAnalyzer

Photo = NDArray[np.uint8]


def codes(result: PhotoQuality) -> set[str]:
    return {issue.code for issue in result.issues}


def draw_box(left: int, top: int, right: int, bottom: int, ground: int = 200) -> Photo:
    """A striped blue box on a slightly grainy grey ground, 600 x 600."""
    grain = np.random.default_rng(1).normal(0, 1.5, (600, 600, 1))
    picture = np.clip(ground + grain, 0, 255).astype(np.uint8).repeat(3, axis=2)
    picture[top:bottom, left:right] = (40, 60, 150)
    picture[top:bottom:20, left:right] = (90, 120, 200)
    return picture


def test_the_subject_share_is_that_of_the_drawn_subject(analyzer: QualityAnalyzer) -> None:
    measures = analyzer.analyze(draw_box(150, 150, 450, 450)).measures
    assert measures["subject_share"] == pytest.approx(0.25, abs=0.04)
    assert measures["subject_extent"] == pytest.approx(0.25, abs=0.05)
    assert measures["edge_contact"] == 0
    assert measures["ground_clutter"] < 2


def test_a_distant_product_is_small(analyzer: QualityAnalyzer) -> None:
    assert "subject_small" in codes(analyzer.analyze(draw_box(240, 240, 360, 360)))
    assert "subject_small" not in codes(analyzer.analyze(draw_box(100, 100, 500, 500)))


def test_a_product_across_the_edge_is_cut(analyzer: QualityAnalyzer) -> None:
    assert "subject_cut" in codes(analyzer.analyze(draw_box(180, 250, 420, 600)))
    assert "subject_cut" not in codes(analyzer.analyze(draw_box(180, 150, 420, 500)))


def test_a_tall_product_is_cut_by_thumbnails_and_a_square_one_is_not(
    analyzer: QualityAnalyzer,
) -> None:
    tall = np.ascontiguousarray(draw_box(200, 20, 400, 580)[:, 75:525])
    result = analyzer.analyze(tall)
    # of 560 rows, the 4:3 crop of a photo of 450 x 600 keeps 338
    assert result.measures["thumbnail_cut"] == pytest.approx(1 - 338 / 560, abs=0.06)
    assert "thumbnail_cut" in codes(result)
    assert analyzer.analyze(draw_box(150, 150, 450, 450)).measures["thumbnail_cut"] == 0


def test_a_cluttered_ground_is_busy(analyzer: QualityAnalyzer) -> None:
    tiles = np.random.default_rng(3).integers(0, 256, (30, 30, 3), dtype=np.uint8)
    cluttered = cv2.resize(tiles, (600, 600), interpolation=cv2.INTER_NEAREST)
    cluttered[150:450, 150:450] = (40, 60, 150)
    assert "busy_background" in codes(analyzer.analyze(cluttered))
    assert "busy_background" not in codes(analyzer.analyze(draw_box(150, 150, 450, 450)))


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (200, 30, 60)])
def test_bars_at_opposite_edges_are_a_border(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], color: tuple[int, int, int]
) -> None:
    framed = photos["coffee"].copy()
    framed[:50], framed[-50:] = color, color
    result = analyzer.analyze(framed)
    assert "border" in codes(result)
    assert result.measures["border_share"] == pytest.approx(100 / 400, abs=0.02)
    assert "border" not in codes(analyzer.analyze(photos["coffee"]))


def test_a_studio_ground_is_not_a_border(analyzer: QualityAnalyzer, mug: Photo) -> None:
    assert analyzer.analyze(mug).measures["border_share"] == 0


def test_a_straight_edged_product_on_a_plain_ground_is_not_a_border(
    analyzer: QualityAnalyzer,
) -> None:
    measures = analyzer.analyze(draw_box(70, 110, 530, 490)).measures
    assert measures["border_share"] == 0


def test_size_is_that_of_the_photo_not_of_the_working_copy(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    photo = photos["coffee"]
    assert "too_small" in codes(analyzer.analyze(photo))
    assert "too_small" not in codes(analyzer.analyze(photo, width=3000, height=2000))


def test_a_marketplace_has_its_own_least_side(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    def judge(min_side: int) -> set[str]:
        photo = photos["coffee"]
        return codes(analyzer.analyze(photo, width=1500, height=1000, min_side=min_side))

    assert "too_small" not in judge(1000)
    assert "too_small" in judge(1001)


def test_a_long_strip_has_an_odd_aspect(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    assert "odd_aspect" in codes(analyzer.analyze(photos["coffee"][:200]))
    assert "odd_aspect" not in codes(analyzer.analyze(photos["coffee"]))
