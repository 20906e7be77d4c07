"""Small Parquet files of labelled photos, drawn by the tests."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image, ImageDraw

COLORS = {"Red": (200, 20, 30), "Blue": (25, 60, 190), "Green": (30, 140, 50), "Black": (15,) * 3}
BROKEN = b"\xff\xd8\xff\xe0 this is no photo"


def shape(color: tuple[int, int, int], corners: int, size: int = 64) -> bytes:
    """A PNG of a coloured polygon on white."""
    image = Image.new("RGB", (size, size), "white")
    turns = 2 * np.pi * np.arange(corners) / corners
    points = [(size / 2 + size * 0.4 * np.sin(t), size / 2 - size * 0.4 * np.cos(t)) for t in turns]
    ImageDraw.Draw(image).polygon(points, fill=color)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def shapes(count: int) -> list[bytes]:
    """Photos no two of which are alike."""
    colors = list(COLORS.values())
    return [shape(colors[place % len(colors)], 3 + place // len(colors)) for place in range(count)]


def write_set(
    path: Path, images: Sequence[bytes | None], columns: Mapping[str, Sequence[Any]]
) -> Path:
    """A file with the columns `id`, `image`, and those given."""
    ids = [f"photo-{place}" for place in range(len(images))]
    table = {"id": ids, "image": pa.array(images, pa.binary()), **columns}
    pq.write_table(pa.table(table), path, row_group_size=5)
    return path


def furniture(path: Path, count: int = 12) -> Path:
    """Coloured shapes that claim to be furniture."""
    labels = ["bed", "chair", "sofa"]
    values = [labels[place % len(labels)] for place in range(count)]
    splits = ["train" if place % 3 else "validation" for place in range(count)]
    return write_set(path, shapes(count), {"label": values, "split": splits})
