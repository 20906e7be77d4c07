"""Drawn photos and parquet files for the recipe's tests."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from taggers.datasets import load_dataset_mapping
from weights.train.photos import PhotoSet
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS

COLOURS = ("red", "green", "blue", "orange", "purple", "teal")


def shape(kind: int, width: int = 36, height: int = 48) -> Image.Image:
    """A coloured ellipse or box on white, another for each `kind`."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    box = (6, 6 + kind % 5, width - 7, height - 7 - kind % 3)
    drawn = draw.ellipse if kind % 2 else draw.rectangle
    drawn(box, fill=COLOURS[kind % len(COLOURS)])
    return image


def encoded(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def write_photos(path: Path, images: Sequence[Image.Image], columns: Mapping[str, object]) -> None:
    """A parquet file as the recipe reads it: encoded images beside their label columns."""
    pq.write_table(pa.table({"image": [encoded(image) for image in images], **columns}), path)


def label_values(dataset: str, column: str, count: int) -> list[str]:
    """Values of a known data set's column: its first six, again and again."""
    known = list(load_dataset_mapping(dataset).columns[column].labels)[:6]
    return [known[row % len(known)] for row in range(count)]


def write_data_sets(folder: Path, training: int, validation: int) -> None:
    """The six parquet files of the recipe, with drawn photos and values that it knows."""
    count = training + validation
    for dataset, category in CATEGORY_COLUMNS.items():
        columns = {category: label_values(dataset, category, count)}
        if dataset == "fashion_products":
            for column in FACET_COLUMNS.values():
                columns[column] = label_values(dataset, column, count)
            columns["title"] = [f"shape {row % 9}!" for row in range(count)]
        columns["split"] = ["train"] * training + ["validation"] * validation
        images = [shape(row) for row in range(count)]
        write_photos(folder / f"{dataset}.parquet", images, columns)


def flat_set(name: str, values: Sequence[int], columns: dict[str, list[str]]) -> PhotoSet:
    """A set of one-pixel photos, each filled with its number from `values`, 0..255."""
    pixels: NDArray[np.uint8] = np.array(values, np.uint8).reshape(-1, 1, 1, 1)
    return PhotoSet(name, np.tile(pixels, (1, 1, 1, 4)), columns)
