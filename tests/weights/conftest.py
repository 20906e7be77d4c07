"""The embedded bundle, opened and loaded once, and small bundles that a test may damage."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from vision.encoder import Encoder
from weights.bundle import CALIBRATION, NETWORK_CONFIG, NETWORK_WEIGHTS, TEXT_MATRIX, Bundle, seal
from weights.calibration import Calibration, SetEntry
from weights.catalog import EMBEDDED, find_bundle
from weights.labels import LabelMatrix
from weights.text_matrix import TextMatrix

MakeBundle = Callable[[Path], Bundle]


@pytest.fixture(scope="session")
def embedded() -> Bundle:
    return find_bundle(EMBEDDED)


@pytest.fixture(scope="session")
def encoder(embedded: Bundle) -> Encoder:
    return Encoder(embedded)


@pytest.fixture(scope="session")
def photos() -> list[NDArray[np.uint8]]:
    return [
        skimage.data.astronaut(),
        skimage.data.chelsea(),
        skimage.data.coffee(),
        skimage.data.rocket(),
    ]


@pytest.fixture
def embedded_copy(embedded: Bundle, tmp_path: Path) -> Path:
    """A copy of the embedded bundle's folder."""
    return Path(shutil.copytree(embedded.folder, tmp_path / "copy"))


@pytest.fixture
def make_bundle() -> MakeBundle:
    """Writes a bundle whose network is a few bytes: whole by its sums, too small to load."""

    def make(folder: Path) -> Bundle:
        folder.mkdir(parents=True)
        (folder / NETWORK_CONFIG).write_text("{}")
        (folder / NETWORK_WEIGHTS).write_bytes(b"\x00\x01\r\n\xff")
        matrix = LabelMatrix(("mug", "bowl"), np.eye(2, 4, dtype=np.float32))
        TextMatrix({"category": matrix}).save(folder / TEXT_MATRIX)
        entry = SetEntry(logit_scale=10, default_threshold=0.5, visible=("mug",))
        Calibration(fitted_on="nothing", sets={"category": entry}).save(folder / CALIBRATION)
        return seal(folder, name=folder.name, version="3", taxonomy="1", licence="CC0-1.0")

    return make
