"""Collages and screenshots."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from photo_quality import PhotoQuality, QualityAnalyzer

Photo = NDArray[np.uint8]
NAMES = ("astronaut", "chelsea", "coffee", "rocket")


def codes(result: PhotoQuality) -> set[str]:
    return {issue.code for issue in result.issues}


def tile(photo: Photo, width: int, height: int) -> Photo:
    """The middle of a photo in a given size."""
    scale = max(width / photo.shape[1], height / photo.shape[0])
    size = (int(np.ceil(photo.shape[1] * scale)), int(np.ceil(photo.shape[0] * scale)))
    large = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return np.asarray(large[top : top + height, left : left + width])


def grid(photos: list[Photo], columns: int, gutter: int) -> Photo:
    """Photos of 240 x 240 side by side, with white between them."""
    pad = ((0, gutter), (0, gutter), (0, 0))
    tiles = [np.pad(tile(p, 240, 240), pad, constant_values=255) for p in photos]
    rows = [np.hstack(tiles[at : at + columns]) for at in range(0, len(tiles), columns)]
    return np.vstack(rows)


def draw_screen(photo: Photo, dark: bool) -> Photo:
    """A phone's screen: a status bar, the photo over the whole width, lines of an app below."""
    ground, ink = ((20, 20, 20), (235, 235, 235)) if dark else ((255, 255, 255), (30, 30, 30))
    screen = np.full((768, 372, 3), ground, dtype=np.uint8)
    screen[80:430] = tile(photo, 372, 350)
    lines = [("9:41", 24), ("My listing", 60), ("Nice thing, size M", 470)]
    lines += [("25.00 EUR", 510), ("Message the seller", 560), ("Home   Search   Profile", 740)]
    for words, y in lines:
        cv2.putText(screen, words, (16, y), cv2.FONT_HERSHEY_DUPLEX, 0.6, ink, 1, cv2.LINE_AA)
    return screen


@pytest.mark.parametrize("gutter", [0, 6])
@pytest.mark.parametrize("columns", [1, 2])
def test_photos_side_by_side_are_a_collage(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], columns: int, gutter: int
) -> None:
    chosen = [photos[name] for name in NAMES][: 2 * columns]
    assert "collage" in codes(analyzer.analyze(grid(chosen, columns, gutter)))


@pytest.mark.parametrize("name", NAMES)
def test_one_photo_is_neither_a_collage_nor_a_screenshot(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str
) -> None:
    assert not codes(analyzer.analyze(photos[name])) & {"collage", "screenshot"}
    tall = tile(photos[name], 240, 512)
    assert "screenshot" not in codes(analyzer.analyze(tall))


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_a_phone_screen_is_a_screenshot_and_nothing_else_of_its_kind(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str, dark: bool
) -> None:
    found = codes(analyzer.analyze(draw_screen(photos[name], dark)))
    assert "screenshot" in found
    assert not found & {"collage", "text_overlay", "watermark", "border"}


def test_bars_without_signs_are_no_screenshot(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    barred = np.zeros((768, 372, 3), dtype=np.uint8)
    barred[150:620] = tile(photos["astronaut"], 372, 470)
    assert "screenshot" not in codes(analyzer.analyze(barred))


def test_a_studio_photo_of_one_product_is_no_collage(analyzer: QualityAnalyzer, mug: Photo) -> None:
    assert not codes(analyzer.analyze(mug)) & {"collage", "screenshot", "text_overlay"}
