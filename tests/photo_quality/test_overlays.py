"""Words and watermarks laid over a photo, and the network that sees them."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from photo_quality import PhotoQuality, QualityAnalyzer, QualityModelError
from photo_quality.overlay_network import (
    LAYERS,
    decode,
    encode,
    load_network,
    set_against_surroundings,
)

Photo = NDArray[np.uint8]
NAMES = ("astronaut", "chelsea", "coffee", "rocket")
SHIPPED = Path(__file__).parents[2] / "photo_quality" / "data" / "overlays.json"


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


def test_a_faint_step_counts_beside_a_strong_one() -> None:
    rgb = np.full((64, 192, 3), 100, np.uint8)
    rgb[:, 40:44] += 8
    rgb[:, 140:144] += 100
    shown = set_against_surroundings(rgb)
    faint, strong = shown[32, 41, 0] - shown[32, 60, 0], shown[32, 141, 0] - shown[32, 110, 0]
    assert 8 / 100 < 0.25 < faint / strong < 1
    assert np.abs(shown).max() < 1.5


def test_the_network_sees_the_same_as_its_convolutions_done_one_by_one() -> None:
    network = load_network()
    rgb = np.random.default_rng(4).integers(0, 256, (40, 56, 3), dtype=np.uint8)
    cells = set_against_surroundings(rgb).astype(np.float64).transpose(2, 0, 1)
    document = json.loads(SHIPPED.read_text("utf-8"))
    for number, (form, table) in enumerate(zip(LAYERS, document["layers"], strict=True)):
        shape = (form.outputs, form.inputs, form.kernel, form.kernel)
        weights = decode(table["weights"]).reshape(shape)
        padded = np.pad(cells, ((0, 0), (form.padding,) * 2, (form.padding,) * 2))
        windows = np.lib.stride_tricks.sliding_window_view(
            padded, (form.kernel, form.kernel), axis=(1, 2)
        )[:, :: form.stride, :: form.stride]
        cells = np.einsum("ihwkl,oikl->ohw", windows, weights)
        cells += decode(table["biases"])[:, None, None]
        if number + 1 < len(LAYERS):
            cells = np.maximum(cells, 0)
    assert network.look(rgb) == pytest.approx(cells, abs=1e-3)
    assert cells.shape == (2, 3, 4)


def test_weights_are_read_as_they_were_written() -> None:
    numbers = np.array([0.0, -1.5, 3.25, 1e-4], np.float32)
    assert decode(encode(numbers)) == pytest.approx(numbers, rel=1e-3, abs=1e-7)


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document["layers"].pop(),
        lambda document: document["layers"][1].update(weights=encode(np.zeros(3, np.float32))),
        lambda document: document["layers"][1].update(weights="A"),
        lambda document: document["layers"][1].update(weights=[1.0]),
        lambda document: document["layers"][0].update(
            biases=encode(np.full(LAYERS[0].outputs, np.nan, np.float32))
        ),
        lambda document: document.pop("layers"),
    ],
)
def test_damaged_weights_are_refused(tmp_path: Path, damage: object) -> None:
    document = json.loads(SHIPPED.read_text("utf-8"))
    assert callable(damage)
    damage(document)
    path = tmp_path / "overlays.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(QualityModelError, match=r"overlays\.json"):
        load_network(path)
