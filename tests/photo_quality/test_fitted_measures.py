"""White products, bleached ones, and what passes for an enlargement."""

import cv2
import numpy as np
from numpy.typing import NDArray

from photo_quality import PhotoQuality, QualityAnalyzer

Photo = NDArray[np.uint8]


def codes(result: PhotoQuality) -> set[str]:
    return {issue.code for issue in result.issues}


def overexpose(photo: Photo) -> Photo:
    return np.clip(photo * 1.9 + 40, 0, 255).astype(np.uint8)


def draw_shirt(tone: int) -> Photo:
    """A shirt of one tone with soft folds on an evenly white studio ground."""
    y, x = np.mgrid[:640, :480].astype(np.float64)
    body = (np.abs(x - 240) < 130) & (np.abs(y - 330) < 210)
    folds = tone + 7 * np.sin(x / 23) + 5 * np.sin((x + y) / 31)
    picture = np.where(body, folds, 255.0)
    picture[(np.abs(x - 240) < 2) & body] = tone - 60
    soft = cv2.GaussianBlur(picture, (0, 0), 0.6)
    return np.clip(np.rint(soft), 0, 255).astype(np.uint8)[:, :, None].repeat(3, axis=2)


def test_a_white_product_on_a_white_studio_ground_is_not_too_bright(
    analyzer: QualityAnalyzer,
) -> None:
    for tone in (242, 236, 225):
        assert "too_bright" not in codes(analyzer.analyze(draw_shirt(tone)))


def test_a_bleached_product_on_a_white_studio_ground_is_too_bright(
    analyzer: QualityAnalyzer,
) -> None:
    for tone in (160, 130):
        assert "too_bright" in codes(analyzer.analyze(overexpose(draw_shirt(tone))))


def test_a_regular_fabric_is_not_an_enlargement(analyzer: QualityAnalyzer) -> None:
    y, x = np.mgrid[:600, :600]
    weave = 128 + 50 * ((x % 5 < 2) ^ (y % 5 < 2)) + np.random.default_rng(2).normal(0, 4, x.shape)
    fabric = np.clip(weave, 0, 255).astype(np.uint8)[:, :, None].repeat(3, axis=2)
    assert "upscaled" not in codes(analyzer.analyze(fabric))
