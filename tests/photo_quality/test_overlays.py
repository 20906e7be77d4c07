"""Words and watermarks laid over a photo, and the network that sees them."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from photo_quality import PhotoQuality, QualityAnalyzer, QualityModelError
from photo_quality.overlays import LAYERS, load_network

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


def test_the_network_sees_the_same_as_its_convolutions_done_one_by_one() -> None:
    network = load_network()
    rgb = np.random.default_rng(4).integers(0, 256, (40, 56, 3), dtype=np.uint8)
    cells = ((rgb.astype(np.float64) - 128) / 64).transpose(2, 0, 1)
    document = json.loads(SHIPPED.read_text("utf-8"))
    for number, (form, table) in enumerate(zip(LAYERS, document["layers"], strict=True)):
        shape = (form.outputs, form.inputs, form.kernel, form.kernel)
        weights = np.array(table["weights"]).reshape(shape)
        padded = np.pad(cells, ((0, 0), (form.padding,) * 2, (form.padding,) * 2))
        windows = np.lib.stride_tricks.sliding_window_view(
            padded, (form.kernel, form.kernel), axis=(1, 2)
        )[:, :: form.stride, :: form.stride]
        cells = np.einsum("ihwkl,oikl->ohw", windows, weights)
        cells += np.array(table["biases"])[:, None, None]
        if number + 1 < len(LAYERS):
            cells = np.maximum(cells, 0)
    assert network.look(rgb) == pytest.approx(cells, abs=1e-3)
    assert cells.shape == (2, 5, 7)


@pytest.mark.parametrize(
    "damage",
    [
        lambda document: document["layers"].pop(),
        lambda document: document["layers"][1]["weights"].pop(),
        lambda document: document["layers"][0]["biases"].__setitem__(0, float("nan")),
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
