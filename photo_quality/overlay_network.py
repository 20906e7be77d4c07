"""A small convolutional network, run by OpenCV, that sees words and veils laid over a photo."""

import threading
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .errors import QualityModelError

FloatArray = NDArray[np.float32]

CELL = 16  # pixels that the network moves on from one answer to the next
_BLOCK = 4  # side of what it takes in at once, pixels
_AROUND = 25  # side of the box whose mean each pixel is set against, pixels
_HALF = 16.0  # difference from it that counts half as much as any difference can, grey levels
_TONE = 1.0 / 256.0  # weight of a grey level of the tone itself
_INPUT, _OUTPUT = "blocks", "log_odds"  # their names in the file
_TRIED = (2, 3)  # cells of the photo that a file is tried on
_FARTHEST = 1e4  # log odds that no photo comes near


class OverlayNetwork:
    """Runs the fitted network; the answer is the same on every call and in every thread.

    Each thread has a graph of its own, made at its first photo: OpenCV's cannot be shared.
    """

    def __init__(self, model: bytes) -> None:
        """Take the bytes of an ONNX file and try them on a small black photo.

        Its input `blocks` are blocks of 4 x 4 pixels, float32 1 x 48 x h x w, channels by row,
        column and colour; its output `log_odds` is float32 1 x 2 x h/4 x w/4, rounded up.

        Raises:
            ValueError: OpenCV cannot run it, or it is another network.
        """
        self._model = model
        self._own = threading.local()
        self._try()

    def __reduce__(self) -> tuple[type["OverlayNetwork"], tuple[bytes]]:
        return OverlayNetwork, (self._model,)

    def look(self, rgb: NDArray[np.uint8]) -> FloatArray:
        """Log odds of words and of a veil in each cell of 16 px, float32 2 x h x w.

        A cell is judged by the 188 x 188 pixels around its middle.

        Args:
            rgb: uint8 H x W x 3, each side at least 16 px; a rest of 3 px or less is left out.
        """
        graph = self._thread_graph()
        graph.setInput(_blocks(set_against_surroundings(rgb)), _INPUT)
        return np.array(graph.forward(_OUTPUT)[0], dtype=np.float32)

    def _thread_graph(self) -> cv2.dnn.Net:
        graph: cv2.dnn.Net | None = getattr(self._own, "graph", None)
        if graph is None:
            graph = cv2.dnn.readNetFromONNX(np.frombuffer(self._model, np.uint8))
            graph.enableWinograd(False)  # with it OpenCV 4's answers hang on the sizes seen before
            self._own.graph = graph
        return graph

    def _try(self) -> None:
        rows, columns = _TRIED
        try:
            outputs = self._thread_graph().getUnconnectedOutLayersNames()
            odds = self.look(np.zeros((rows * CELL, columns * CELL, 3), np.uint8))
        except (cv2.error, TypeError) as error:  # OpenCV 5 answers None where there are no layers
            raise ValueError(f"not a network from {_INPUT} to {_OUTPUT}: {error}") from error
        if tuple(outputs) != (_OUTPUT,):
            raise ValueError(f"expected {_OUTPUT} alone, got {', '.join(outputs)}")
        if odds.shape != (2, rows, columns):
            raise ValueError(f"expected log odds of {(2, rows, columns)}, got {odds.shape}")
        if not (np.abs(odds) < _FARTHEST).all():  # OpenCV 5 has large numbers in place of no number
            raise ValueError("expected finite log odds")


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
    """Read the fitted network; the one that comes with the package if no path is given.

    Raises:
        QualityModelError: the file is not ONNX or not of the documented form.
        OSError: the file cannot be read.
    """
    source = path or files(__package__ or "photo_quality") / "data" / "overlays.onnx"
    model = source.read_bytes()
    try:
        return OverlayNetwork(model)
    except ValueError as error:
        raise QualityModelError(f"{source}: {error}") from error


def _blocks(shown: FloatArray) -> FloatArray:
    """The pixels of each block as channels of one cell, float32 1 x 48 x h x w."""
    height, width = shown.shape[0] // _BLOCK, shown.shape[1] // _BLOCK
    cut = shown[: height * _BLOCK, : width * _BLOCK]
    cut = cut.reshape(height, _BLOCK, width, _BLOCK, 3).transpose(1, 3, 4, 0, 2)
    return np.ascontiguousarray(cut).reshape(1, -1, height, width)
