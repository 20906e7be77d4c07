"""Words and watermarks laid over a photo are found, and plain photos are left alone."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from photo_quality import PhotoQuality, QualityAnalyzer

Photo = NDArray[np.uint8]
NAMES = ("astronaut", "chelsea", "coffee", "rocket")


def codes(result: PhotoQuality) -> set[str]:
    return {issue.code for issue in result.issues}


def write(photo: Photo, words: str, place: tuple[int, int], color: tuple[int, int, int]) -> Photo:
    """Words in one flat colour with a black outline, in OpenCV's own typeface."""
    written, font = photo.copy(), cv2.FONT_HERSHEY_DUPLEX
    for tone, width in (((0, 0, 0), 8), (color, 3)):
        cv2.putText(written, words, place, font, 1.5, tone, width, cv2.LINE_AA)
    return written


def veil(photo: Photo, places: list[tuple[int, int]], size: int, opacity: float) -> Photo:
    """A name in white that lets the photo through, in Pillow's own typeface."""
    mask = Image.new("L", photo.shape[1::-1])
    for place in places:
        ImageDraw.Draw(mask).text(place, "My Studio", 255, ImageFont.load_default(size))
    share = opacity * np.asarray(mask)[:, :, None] / 255.0
    return np.rint(photo * (1 - share) + 255 * share).astype(np.uint8)


def tiled(photo: Photo, opacity: float) -> Photo:
    height, width = photo.shape[:2]
    places = [(x, y) for y in range(20, height, 80) for x in range(10, width, 190)]
    return veil(photo, places, 28, opacity)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("color", [(255, 255, 255), (255, 255, 0), (230, 20, 30)])
def test_words_over_a_photo_are_surer_than_the_plain_photo(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str, color: tuple[int, int, int]
) -> None:
    plain = analyzer.analyze(photos[name]).measures["overlay_words"]
    worded = analyzer.analyze(write(photos[name], "SALE 50% OFF", (20, 200), color))
    assert worded.measures["overlay_words"] > plain + 1


@pytest.mark.parametrize("name", NAMES)
def test_a_yellow_headline_is_reported_and_the_plain_photo_is_not(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str
) -> None:
    plain = analyzer.analyze(photos[name])
    worded = analyzer.analyze(write(photos[name], "SALE 50% OFF", (20, 200), (255, 255, 0)))
    assert not codes(plain) & {"text_overlay", "watermark"}
    assert "text_overlay" in codes(worded)


@pytest.mark.parametrize("name", NAMES)
def test_a_repeated_watermark_is_reported_and_not_as_words(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str
) -> None:
    found = codes(analyzer.analyze(tiled(photos[name], 0.4)))
    assert "watermark" in found
    assert "text_overlay" not in found


@pytest.mark.parametrize("name", NAMES)
def test_one_name_across_the_photo_is_surer_than_the_plain_photo(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str
) -> None:
    plain = analyzer.analyze(photos[name]).measures["overlay_veil"]
    marked = analyzer.analyze(veil(photos[name], [(40, 200)], 60, 0.5))
    assert marked.measures["overlay_veil"] > plain + 1


@pytest.mark.parametrize("name", NAMES)
def test_a_watermark_is_surer_the_more_of_it_there_is_to_see(
    analyzer: QualityAnalyzer, photos: dict[str, Photo], name: str
) -> None:
    steps = [tiled(photos[name], opacity) for opacity in (0.0, 0.1, 0.2, 0.3)]
    found = [analyzer.analyze(photo).measures["overlay_veil"] for photo in steps]
    assert found == sorted(found)
