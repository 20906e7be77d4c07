"""Tiny photos, and manifests of many listings that share them."""

import json
from pathlib import Path

from tests.vision.photos import encode, real_photo

NAMES = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg")


def tiny(index: int = 0) -> bytes:
    """A real photo of a few kilobytes."""
    return encode(real_photo(NAMES[index]).resize((72 + 8 * index, 64)), "jpeg")


def write_manifest(folder: Path, listings: int) -> Path:
    """A manifest of listings of one to three of four photos; every twentieth has one that is
    missing."""
    for index in range(len(NAMES)):
        (folder / f"{index}.jpg").write_bytes(tiny(index))
    path = folder / "listings.jsonl"
    with path.open("w") as stream:
        for i in range(listings):
            photos = [f"{(i + place) % len(NAMES)}.jpg" for place in range(i % 3 + 1)]
            if i % 20 == 7:
                photos.append("missing.jpg")
            row = {"listing_id": f"listing-{i}", "photos": photos, "price": i}
            stream.write(json.dumps(row) + "\n")
    return path
