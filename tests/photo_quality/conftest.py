"""Photos for the tests of photo quality: from scikit-image's wheel, or drawn."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from photo_quality import QualityAnalyzer

Photo = NDArray[np.uint8]


@pytest.fixture(scope="session")
def analyzer() -> QualityAnalyzer:
    return QualityAnalyzer()


@pytest.fixture(scope="session")
def photos() -> dict[str, Photo]:
    return {name: getattr(data, name)() for name in ("astronaut", "chelsea", "coffee", "rocket")}


@pytest.fixture(scope="session")
def mug() -> Photo:
    """A sharp, plain, white mug on a white studio ground."""
    y, x = np.mgrid[:640, :640]
    picture = np.full((640, 640), 255.0)
    body = (np.abs(x - 320) < 150) & (np.abs(y - 340) < 170)
    picture[body] = (232 - 0.12 * np.abs(x - 320))[body]
    handle = np.abs(np.hypot(x - 470, y - 340) - 80) < 14
    picture[handle & (x > 470)] = 205
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.5))
    return np.repeat(np.rint(picture).astype(np.uint8)[:, :, None], 3, axis=2)
