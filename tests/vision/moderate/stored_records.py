"""Stored records for the tests: what an enricher wrote, and lines made by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.vision.detectors import RedBoxDetector
from tests.vision.photos import encode
from vision import Enricher

BOX = (60, 50, 100, 40)


def with_red_box() -> Image.Image:
    """400 x 300, with a box of red stripes that `RedBoxDetector` calls a breast. Their colour is
    gone once they are blurred."""
    pixels = np.full((300, 400, 3), 220, np.uint8)
    x, y, w, h = BOX
    for column in range(0, w, 8):
        pixels[y : y + h, x + column : x + min(column + 4, w)] = (250, 0, 0)
        pixels[y : y + h, x + column + 4 : x + min(column + 8, w)] = (0, 0, 60)
    return Image.fromarray(pixels)


def write_photos(folder: Path) -> list[Path]:
    """A photo with the box, one without, one that is broken, one with the box hidden."""
    hiding = with_red_box().convert("RGBA")
    hiding.putalpha(0)
    contents = {
        "box.png": encode(with_red_box(), "png"),
        "plain.png": encode(Image.new("RGB", (200, 200), (200, 210, 220)), "png"),
        "broken.png": b"no photo",
        "hidden.png": encode(hiding, "png"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def write_records(folder: Path) -> Path:
    """Records of those photos, as the library writes them: one listing each, and one of all."""
    photos = write_photos(folder / "photos")
    file = folder / "records.jsonl"
    with Enricher(threads=1, detectors=[RedBoxDetector()]) as finder:
        records = [
            *(finder.enrich([photo], listing_id=photo.stem, extra={"n": 1.5}) for photo in photos),
            finder.enrich(photos, listing_id="all of them / \u00e9"),
        ]
    file.write_text("".join(one.model_dump_json() + "\n" for one in records), "utf-8")
    return file


def record(**changes: Any) -> dict[str, Any]:
    """The least record that can be decided again: one photo, one detection."""
    return {
        "schema_version": "1.0",
        "listing_id": "mug",
        "category": None,
        "facets": {},
        "moderation": {"verdict": "clear", "mature": False, "detectors": ["nudenet-320n@1"]}
        | {"policy": "default@1"},
        "photos": [
            {
                "index": 0,
                "moderation": {
                    "verdict": "clear",
                    "mature": False,
                    "detections": [seen("FEMALE_GENITALIA_COVERED", 0.42)],
                },
            }
        ],
    } | changes


def seen(label: str, score: float) -> dict[str, Any]:
    return {"detector": "nudenet-320n", "label": label, "score": score, "box": [1, 2, 3, 4]}


def as_line(document: dict[str, Any]) -> str:
    return json.dumps(document)
