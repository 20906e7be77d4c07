"""Arrays and listings of real photos from scikit-image's wheel, and of drawn ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.vision.photos import real_photo
from vision import Listing

REAL = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png")
GREY = ("camera.png", "clock_motion.png", "brick.png", "coins.png")
WRITTEN = ("page.png", "text.png")


def real_arrays(names: Sequence[str] = REAL + GREY) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(real_photo(name)) for name in names]


def drawn_arrays() -> dict[str, np.ndarray[Any, Any]]:
    noise = np.random.default_rng(5).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    return {
        "black": np.zeros((200, 300, 3), np.uint8),
        "white": np.full((200, 300, 3), 255, np.uint8),
        "grey": np.full((200, 300, 3), 128, np.uint8),
        "noise": noise,
        "wide": np.tile(noise[:16], (1, 8, 1)),
    }


def listings_of_real_photos() -> list[Listing]:
    arrays = real_arrays()
    groups = [arrays[:1], arrays[1:4], arrays[4:5], arrays[5:]]
    return [Listing.from_photos(group, f"listing-{i}") for i, group in enumerate(groups)]
