"""The body-part detector: the 320n model that the `nudenet` package carries.

The package itself is never imported. Its class reverses the colour channels of files and of BGR
arrays before the network, which was trained on RGB; here the network is given RGB.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation import yolo
from moderation.detection import Detection, Image, clip_box
from moderation.detector_network import (
    Network,
    OnnxRuntimeNetwork,
    OpenVinoNetwork,
    Precision,
    require_precision,
)
from moderation.errors import DetectorError

MODEL_FILE = "320n.onnx"


class NudeNetDetector:
    """Finds 18 kinds of body parts, covered and exposed.

    `model` is the ONNX file, by default the one in the installed `nudenet` package; `threads` is
    the number of threads of one run (None: all cores); detections under `floor` (0..1) are
    dropped; at most `batch_size` images go through the network at once. `device` is `cpu`, or
    `cuda` (`cuda:1`, ...) for a GPU where the installed ONNX Runtime is built for one; where it is
    not, the detector stays on the CPU. `precision` `bfloat16` is quicker on CPUs that have it, run
    by OpenVINO, and moves scores by a hundredth or so. The version is the start of the model file's
    SHA-256, with the precision where that is not float32. Raises DetectorError where the file is
    missing or unreadable, or the precision cannot be had. Copies made by pickle load the model for
    themselves.
    """

    name = "nudenet-320n"

    def __init__(
        self,
        model: Path | None = None,
        threads: int | None = None,
        floor: float = 0.15,
        batch_size: int = 8,
        device: str = "cpu",
        precision: Precision = "float32",
    ) -> None:
        require_precision(precision, device)
        if batch_size < 1 or (threads is not None and threads < 1) or not 0.0 < floor <= 1.0:
            raise ValueError("batch_size and threads are at least 1, floor lies within 0..1")
        found = model or find_model()
        if found is None:
            raise DetectorError("the package nudenet is not installed; it is the extra `nudity`")
        self.model = found
        self.threads = threads
        self.floor = floor
        self.batch_size = batch_size
        self.device = device
        self.sha256 = _sha256(found)
        self.precision = precision
        self.version = self.sha256[:12] + ("" if precision == "float32" else f"+{precision}")

    def __reduce__(self) -> tuple[type["NudeNetDetector"], tuple[Any, ...]]:
        settings = (self.threads, self.floor, self.batch_size, self.device, self.precision)
        return type(self), (self.model, *settings)

    def detect(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        """The detections in each RGB uint8 H x W x 3 image, best first, in the order given.

        The same image gives the same detections in any batch. Raises ValueError for something that
        is no such image, DetectorError where the model cannot be run.
        """
        answers: list[tuple[Detection, ...]] = []
        for start in range(0, len(images), self.batch_size):
            part = images[start : start + self.batch_size]
            outputs = self._run(np.stack([yolo.to_input(image) for image in part]))
            answers += [self._read(o, i) for o, i in zip(outputs, part, strict=True)]
        return answers

    def _run(self, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        outputs = self._network.run(inputs)
        if outputs.ndim != 3 or outputs.shape[1] != 4 + len(self.labels):
            raise DetectorError(f"{self.model}: an output of shape {outputs.shape}")
        if not np.isfinite(outputs).all():
            raise DetectorError(f"{self.model}: the output has values that are not finite")
        return outputs

    def _read(self, output: NDArray[np.float32], image: Image) -> tuple[Detection, ...]:
        size = (image.shape[1], image.shape[0])
        found = yolo.suppressed(yolo.to_candidates(output, size, self.floor))
        return tuple(
            Detection(
                label=self.labels[int(kind)],
                score=round(float(score), 4),
                box=clip_box((float(box[0]), float(box[1]), float(box[2]), float(box[3])), size),
                detector=self.name,
            )
            for box, score, kind in zip(found.boxes, found.scores, found.classes, strict=True)
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The model's own labels, in the order of its outputs, from the file's metadata."""
        return self._network.labels

    @cached_property
    def _network(self) -> Network:
        if self.precision == "float32":
            return OnnxRuntimeNetwork(self.model, self.threads, self.device)
        return OpenVinoNetwork(self.model, self.threads, yolo.INPUT_SIDE)


def find_model() -> Path | None:
    """Where the installed `nudenet` package keeps its model, found without importing it."""
    spec = importlib.util.find_spec("nudenet")
    folders = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(folders))) / MODEL_FILE if folders else None


def _sha256(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise DetectorError(f"the model file cannot be read: {error}") from error
