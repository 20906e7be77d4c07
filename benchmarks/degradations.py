"""Honest degradations of clean photos, each with a strength: 0 leaves the photo as it is.

A strength of 1 is what the tables of `docs/photo_quality.md` are measured at.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Photo = NDArray[np.uint8]
LADDER = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Degradation:
    """A way to make photos worse, the issue that should name it, and how.

    `apply` takes a photo, a seed for what is random, and a strength above 0.
    """

    name: str
    code: str
    apply: Callable[[Photo, int, float], Photo]

    def __call__(self, photo: Photo, seed: int, strength: float = 1.0) -> Photo:
        """The photo made worse; itself at a strength of 0."""
        return self.apply(photo, seed, strength) if strength else photo


def to_bytes(values: NDArray[np.floating]) -> Photo:
    """Rounded and limited to 0..255."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def blur(photo: Photo, seed: int, strength: float) -> Photo:
    sigma = 0.006 * strength * max(photo.shape)
    return np.asarray(cv2.GaussianBlur(photo, (0, 0), sigma), np.uint8)


def move(photo: Photo, seed: int, strength: float) -> Photo:
    length = max(3, round(0.03 * strength * max(photo.shape)))
    kernel = np.zeros((length, length), np.float32)
    angle, center = np.deg2rad(30 * (seed % 6)), (length - 1) / 2
    step = center * np.array([np.cos(angle), np.sin(angle)])
    start, end = np.rint(center - step).astype(int), np.rint(center + step).astype(int)
    cv2.line(kernel, start.tolist(), end.tolist(), 1.0)
    return np.asarray(cv2.filter2D(photo, -1, kernel / kernel.sum()), np.uint8)


def darken(photo: Photo, seed: int, strength: float) -> Photo:
    return to_bytes(photo * 0.22**strength)


def overexpose(photo: Photo, seed: int, strength: float) -> Photo:
    return to_bytes(photo * (1 + 0.9 * strength) + 40 * strength)


def add_noise(photo: Photo, seed: int, strength: float) -> Photo:
    grain = np.random.default_rng(seed).normal(0, 22, photo.shape)
    return to_bytes(photo + strength * grain)


def compress(photo: Photo, seed: int, strength: float) -> Photo:
    buffer = io.BytesIO()
    quality = max(1, min(95, round(8 / strength**1.2)))
    Image.fromarray(photo).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def enlarge(photo: Photo, seed: int, strength: float) -> Photo:
    height, width = photo.shape[:2]
    factor = 6**strength
    small = Image.fromarray(photo).resize(
        (max(1, round(width / factor)), max(1, round(height / factor)))
    )
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


def flatten(photo: Photo, seed: int, strength: float) -> Photo:
    return to_bytes((photo - photo.mean()) * 0.3**strength + photo.mean())


def tint(photo: Photo, seed: int, strength: float) -> Photo:
    return to_bytes(photo * np.array([1.25, 1.0, 0.6]) ** strength)


DEGRADATIONS = (
    Degradation("Gaussian blur, sigma 0.6 %", "blurry", blur),
    Degradation("motion blur, 3 %", "motion_blur", move),
    Degradation("exposure x 0.22", "too_dark", darken),
    Degradation("exposure x 1.9 + 40", "too_bright", overexpose),
    Degradation("noise, sigma 22", "noisy", add_noise),
    Degradation("JPEG quality 8", "compressed", compress),
    Degradation("enlarged six times", "upscaled", enlarge),
    Degradation("contrast x 0.3", "low_contrast", flatten),
    Degradation("cast x (1.25, 1, 0.6)", "color_cast", tint),
)
