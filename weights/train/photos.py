"""The training photos, standardised once to squares and kept in a memory-mapped cache.

A photo is resized so that its longer side fits, and padded with white: the subject stays whole, as
it will when the bundle is used. A fourth channel marks plain white ground reached from the border
(255 is ground), so that augmentation can put a catalogue cut-out onto another one.
"""

import io
import json
import math
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

CHUNK = 256
"""Photos a task of the pool; fewer are done in this process."""

GROUND_TOLERANCE = 10
WHITE = 245


@dataclass(frozen=True)
class PhotoSet:
    """One data set's photos of one split: N x S x S x 4 uint8, and its label columns."""

    name: str
    pixels: NDArray[np.uint8]
    columns: dict[str, list[str]]


def square(image: Image.Image, size: int) -> Image.Image:
    """`image` as RGB, its longer side resized to `size` (bicubic), centred on white."""
    image = image.convert("RGB")
    ratio = size / max(image.size)
    width, height = (max(1, round(side * ratio)) for side in image.size)
    canvas = Image.new("RGB", (size, size), "white")
    resized = image.resize((width, height), Image.Resampling.BICUBIC)
    canvas.paste(resized, ((size - width) // 2, (size - height) // 2))
    return canvas


def white_ground(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The near-white ground reached from the border of an S x S x 3 photo: 0 or 255."""
    size = pixels.shape[0]
    mask = np.zeros((size + 2, size + 2), np.uint8)
    flags = 4 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY
    step = max(1, size // 8)
    edge = range(0, size, step)
    seeds = [(x, y) for x in edge for y in (0, size - 1)]
    seeds += [(x, y) for y in edge for x in (0, size - 1)]
    writable = np.array(pixels, order="C")
    for x, y in seeds:
        if mask[y + 1, x + 1] == 0 and writable[y, x].min() >= WHITE:
            tolerance = (GROUND_TOLERANCE,) * 3
            cv2.floodFill(writable, mask, (x, y), (0, 0, 0), tolerance, tolerance, flags)
    return mask[1:-1, 1:-1]


def _standardise(arguments: tuple[list[bytes], int]) -> NDArray[np.uint8]:
    blobs, size = arguments
    cv2.setNumThreads(1)
    out = np.empty((len(blobs), size, size, 4), np.uint8)
    for row, blob in zip(out, blobs, strict=True):
        with Image.open(io.BytesIO(blob)) as image:
            row[..., :3] = np.asarray(square(image, size))
        row[..., 3] = white_ground(row[..., :3])
    return out


def _batches(path: Path, rows: list[int], size: int) -> Iterator[tuple[list[bytes], int]]:
    images = pq.read_table(path, columns=["image"])["image"]
    for start in range(0, len(rows), CHUNK):
        yield [images[row].as_py() for row in rows[start : start + CHUNK]], size


def _build(path: Path, rows: list[int], size: int, target: Path, workers: int) -> None:
    workers = min(workers, math.ceil(len(rows) / CHUNK))
    partial = target.with_suffix(".partial")
    shape = (len(rows), size, size, 4)
    pixels = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
    done = 0
    with ExitStack() as stack:
        bar = stack.enter_context(tqdm(total=len(rows), desc=target.stem, unit="photo"))
        pool = stack.enter_context(ProcessPoolExecutor(workers)) if workers > 1 else None
        mapped = map if pool is None else pool.map
        for batch in mapped(_standardise, _batches(path, rows, size)):
            pixels[done : done + len(batch)] = batch
            done += len(batch)
            bar.update(len(batch))
    pixels.flush()
    partial.rename(target)


def load(path: Path, split: str, size: int, cache: Path, workers: int = 2) -> PhotoSet:
    """The photos of `split` in a parquet file, from the cache or standardised into it.

    Rows keep the file's order. The cache is keyed by file name, size in bytes, split and pixels.
    """
    cache.mkdir(parents=True, exist_ok=True)
    names = [name for name in pq.read_schema(path).names if name != "image"]
    table: dict[str, list[Any]] = pq.read_table(path, columns=names).to_pydict()
    rows = [row for row, value in enumerate(table["split"]) if value == split]
    key = f"{path.stem}-{split}-{size}-{path.stat().st_size}"
    target = cache / f"{key}.npy"
    if not target.exists():
        _build(path, rows, size, target, workers)
        (cache / f"{key}.json").write_text(json.dumps({"rows": len(rows), "file": path.name}))
    columns = {name: [str(values[row]) for row in rows] for name, values in table.items()}
    return PhotoSet(path.stem, np.load(target, mmap_mode="r"), columns)
