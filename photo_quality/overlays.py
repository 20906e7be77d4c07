"""Words and watermarks laid over a photo, seen by a small convolutional network.

The network was fitted on words and watermarks drawn over photos (`benchmarks/overlay_fit.py`). It
looks at cells of 8 x 8 pixels with what is around them, and says for each how surely there are
strokes of opaque letters, and of a veil that lets the photo through.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import QualityModelError
from .planes import MEDIUM_SIDE, Planes

FloatArray = NDArray[np.float32]

SIDE = MEDIUM_SIDE  # longest side of the copy that is looked at, pixels
CELL = 8
_STRONGEST = 25  # cells whose mean is the measure
_LEAST_SIDE = 2 * CELL


@dataclass(frozen=True, slots=True)
class Layer:
    """The form of one convolution: channels, kernel, stride, and zeros around, in its cells."""

    inputs: int
    outputs: int
    kernel: int
    stride: int
    padding: int


LAYERS = (
    Layer(3, 16, 4, 4, 0),
    Layer(16, 16, 3, 1, 1),
    Layer(16, 24, 3, 2, 1),
    Layer(24, 24, 3, 1, 1),
    Layer(24, 2, 1, 1, 0),
)


@dataclass(frozen=True, eq=False, slots=True)
class OverlayNetwork:
    """The fitted weights: of each layer, a matrix (kernel² x inputs, outputs) and biases."""

    layers: tuple[tuple[FloatArray, FloatArray], ...]

    def look(self, rgb: NDArray[np.uint8]) -> FloatArray:
        """Log odds of words and of a veil in each cell, float32 2 x h x w.

        Args:
            rgb: uint8 H x W x 3, each side at least 16 px; a rest of 4 px or less is left out.
        """
        cells = (rgb.astype(np.float32) - 128.0) / 64.0
        for number, (form, (weights, biases)) in enumerate(zip(LAYERS, self.layers, strict=True)):
            cells = _convolve(cells, form, weights) + biases
            if number + 1 < len(LAYERS):
                np.maximum(cells, 0.0, out=cells)
        return np.ascontiguousarray(cells.transpose(2, 0, 1))


def load_network(path: Path | None = None) -> OverlayNetwork:
    """Read the fitted weights; those that come with the package if no path is given.

    Raises:
        QualityModelError: the file is not JSON or not of the documented form.
        OSError: the file cannot be read.
    """
    source = path or files(__package__ or "photo_quality") / "data" / "overlays.json"
    try:
        document = json.loads(source.read_text(encoding="utf-8"))
        pairs = zip(LAYERS, document["layers"], strict=True)
        return OverlayNetwork(tuple(_parse_layer(form, one) for form, one in pairs))
    except (ValueError, KeyError, TypeError) as error:
        raise QualityModelError(f"{source}: {error}") from error


def measure_overlays(planes: Planes, network: OverlayNetwork) -> dict[str, float]:
    """Measure how surely something is laid over the photo.

    Returns:
        `overlay_words`, `overlay_veil`: mean log odds of the 25 cells that look most like
        opaque letters, and most like a veil (-20..20; both -20 where the photo is too small).
    """
    if min(planes.medium_rgb.shape[:2]) < _LEAST_SIDE:
        return {"overlay_words": -20.0, "overlay_veil": -20.0}
    words, veil = network.look(planes.medium_rgb)
    return {"overlay_words": _strongest(words), "overlay_veil": _strongest(veil)}


def _strongest(odds: FloatArray) -> float:
    flat = np.clip(odds.ravel(), -20.0, 20.0)
    count = min(_STRONGEST, flat.size)
    return float(np.partition(flat, flat.size - count)[flat.size - count :].mean(dtype=np.float64))


def _convolve(cells: FloatArray, form: Layer, weights: FloatArray) -> FloatArray:
    """Convolution of h x w x inputs to h' x w' x outputs, as a product of matrices."""
    if form.kernel == 1:
        return np.asarray(cells @ weights)
    if form.kernel == form.stride:
        return np.asarray(_blocks(cells, form.stride) @ weights)
    padded = np.pad(cells, ((form.padding,) * 2, (form.padding,) * 2, (0, 0)))
    height = (padded.shape[0] - form.kernel) // form.stride + 1
    width = (padded.shape[1] - form.kernel) // form.stride + 1
    last_row, last_column = (height - 1) * form.stride + 1, (width - 1) * form.stride + 1
    total = np.zeros((height, width, form.outputs), dtype=np.float32)
    for place in range(form.kernel**2):
        row, column = divmod(place, form.kernel)
        seen = padded[
            row : row + last_row : form.stride, column : column + last_column : form.stride
        ]
        total += seen @ weights[place * form.inputs : (place + 1) * form.inputs]
    return total


def _blocks(cells: FloatArray, side: int) -> FloatArray:
    """Blocks of side x side cells, each as one long cell."""
    height, width, channels = cells.shape[0] // side, cells.shape[1] // side, cells.shape[2]
    cut = cells[: height * side, : width * side].reshape(height, side, width, side, channels)
    return np.asarray(cut.swapaxes(1, 2).reshape(height, width, side * side * channels))


def _parse_layer(form: Layer, table: dict[str, list[float]]) -> tuple[FloatArray, FloatArray]:
    """Weights as they are written, outputs x inputs x rows x columns, to a matrix."""
    weights = np.array(table["weights"], dtype=np.float32)
    biases = np.array(table["biases"], dtype=np.float32)
    shape = (form.outputs, form.inputs, form.kernel, form.kernel)
    if weights.size != np.prod(shape) or biases.shape != (form.outputs,):
        raise ValueError(f"expected weights of {shape}, got {weights.size} numbers")
    if not (np.isfinite(weights).all() and np.isfinite(biases).all()):
        raise ValueError("expected finite weights")
    matrix = weights.reshape(shape).transpose(2, 3, 1, 0).reshape(-1, form.outputs)
    return np.ascontiguousarray(matrix), biases
