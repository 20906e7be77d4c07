"""A small convolutional network, run by NumPy, that sees words and veils laid over a photo."""

import base64
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .errors import QualityModelError

FloatArray = NDArray[np.float32]

CELL = 16  # pixels that the network moves on from one answer to the next
_AROUND = 25  # side of the box whose mean each pixel is set against, pixels
_HALF = 16.0  # difference from it that counts half as much as any difference can, grey levels
_TONE = 1.0 / 256.0  # weight of a grey level of the tone itself


@dataclass(frozen=True, slots=True)
class Layer:
    """The form of one convolution: channels, kernel, stride, and zeros around, in its cells."""

    inputs: int
    outputs: int
    kernel: int
    stride: int
    padding: int


LAYERS = (
    Layer(3, 24, 4, 4, 0),
    Layer(24, 32, 3, 2, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 2, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 2, 1, 1, 0),
)


@dataclass(frozen=True, eq=False, slots=True)
class OverlayNetwork:
    """The fitted weights: of each layer, a matrix (kernel² x inputs, outputs) and biases."""

    layers: tuple[tuple[FloatArray, FloatArray], ...]

    def look(self, rgb: NDArray[np.uint8]) -> FloatArray:
        """Log odds of words and of a veil in each cell of 16 px, float32 2 x h x w.

        A cell is judged by the 188 x 188 pixels around its middle.

        Args:
            rgb: uint8 H x W x 3, each side at least 16 px; a rest of 3 px or less is left out.
        """
        cells = set_against_surroundings(rgb)
        for number, (form, (weights, biases)) in enumerate(zip(LAYERS, self.layers, strict=True)):
            cells = _convolve(cells, form, weights) + biases
            if number + 1 < len(LAYERS):
                np.maximum(cells, 0.0, out=cells)
        return np.ascontiguousarray(cells.transpose(2, 0, 1))


def set_against_surroundings(rgb: NDArray[np.uint8]) -> FloatArray:
    """What the network is shown, float32 H x W x 3, about -1.5..1.5.

    Of each channel its difference d from the mean around it, as d / (|d| + 16), so that a faint
    stroke counts beside strong edges; and half its tone, -0.5..0.5.
    """
    around = cv2.blur(rgb, (_AROUND, _AROUND), borderType=cv2.BORDER_REFLECT)
    difference = cv2.addWeighted(rgb, 1.0, around, -1.0, 128.0)
    levels = np.arange(256, dtype=np.float32) - np.float32(128.0)
    curve = levels / (np.abs(levels) + np.float32(_HALF))
    shown = cv2.LUT(difference, curve / np.float32(_TONE) - np.float32(128.0))
    cv2.accumulate(rgb, shown)  # in place: half the time of adding a second table's values
    return np.asarray(np.multiply(shown, np.float32(_TONE), out=shown), dtype=np.float32)


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


def _convolve(cells: FloatArray, form: Layer, weights: FloatArray) -> FloatArray:
    """Convolution of h x w x inputs to h' x w' x outputs, as products of matrices."""
    if form.kernel == 1:
        return np.asarray(cells @ weights)
    if form.kernel == form.stride:
        return np.asarray(_blocks(cells, form.stride) @ weights)
    if form.stride == 1:
        return _convolve_all(cells, form, weights)
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


def _convolve_all(cells: FloatArray, form: Layer, weights: FloatArray) -> FloatArray:
    """Convolution of stride 1: over the cells as one long row, of which each place is a shift.

    What the shifts join over the edges falls into the padding and is cut off.
    """
    height, width, _ = cells.shape
    around = (form.padding,) * 2
    # one more row below, for the last shift to end in
    padded = np.pad(cells, ((form.padding, form.padding + 1), around, (0, 0)))
    full = padded.shape[1]
    flat = padded.reshape(-1, form.inputs)
    total = np.zeros((height * full, form.outputs), dtype=np.float32)
    for place in range(form.kernel**2):
        row, column = divmod(place, form.kernel)
        start = row * full + column
        seen = flat[start : start + len(total)]
        total += seen @ weights[place * form.inputs : (place + 1) * form.inputs]
    return total.reshape(height, full, form.outputs)[:, :width]


def _blocks(cells: FloatArray, side: int) -> FloatArray:
    """Blocks of side x side cells, each as one long cell."""
    height, width, channels = cells.shape[0] // side, cells.shape[1] // side, cells.shape[2]
    cut = cells[: height * side, : width * side].reshape(height, side, width, side, channels)
    return np.asarray(cut.swapaxes(1, 2).reshape(height, width, side * side * channels))


def _parse_layer(form: Layer, table: dict[str, str]) -> tuple[FloatArray, FloatArray]:
    """Weights as they are written, outputs x inputs x rows x columns, to a matrix."""
    weights, biases = decode(table["weights"]), decode(table["biases"])
    shape = (form.outputs, form.inputs, form.kernel, form.kernel)
    if weights.size != np.prod(shape) or biases.shape != (form.outputs,):
        raise ValueError(f"expected weights of {shape}, got {weights.size} numbers")
    if not (np.isfinite(weights).all() and np.isfinite(biases).all()):
        raise ValueError("expected finite weights")
    matrix = weights.reshape(shape).transpose(2, 3, 1, 0).reshape(-1, form.outputs)
    return np.ascontiguousarray(matrix), biases


def encode(numbers: NDArray[np.float32]) -> str:
    """Numbers as they are written: little-endian IEEE half precision in base 64."""
    return base64.b64encode(numbers.astype("<f2").tobytes()).decode("ascii")


def decode(text: str) -> FloatArray:
    """Numbers that `encode` wrote, float32 in one row.

    Raises:
        ValueError: the text is not base 64, or not of whole numbers.
    """
    return np.frombuffer(base64.b64decode(text, validate=True), "<f2").astype(np.float32)
