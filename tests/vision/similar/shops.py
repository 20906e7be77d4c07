"""Files of embeddings that the tests make: unit vectors whose cosines are known."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vision.embeddings_file import EmbeddingsHeader, EmbeddingsWriter, PhotoEmbedding

HEADER = EmbeddingsHeader("drawn", "1", "ab" * 32, 4)


def at(degrees: float) -> NDArray[np.float32]:
    """A unit vector so many degrees from the first axis."""
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle), 0, 0], np.float32)


def write_shop(
    path: Path, rows: Sequence[tuple[str, int, float, str]], header: EmbeddingsHeader = HEADER
) -> Path:
    """A file with one row for each listing id, photo, direction in degrees and SHA-256."""
    with EmbeddingsWriter(path, header) as writer:
        writer.write(
            [
                PhotoEmbedding(listing, photo, f"{listing}/{photo}.png", sha256, at(degrees))
                for listing, photo, degrees, sha256 in rows
            ]
        )
    return path


def clustered(count: int, dimension: int, seed: int) -> NDArray[np.float32]:
    """Unit vectors around a few hundred centres, N x D, as embeddings of a shop's photos lie."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(1, count // 100), dimension))
    chosen = rng.integers(len(centres), size=count)
    vectors = centres[chosen] + 0.6 * rng.normal(size=(count, dimension))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
