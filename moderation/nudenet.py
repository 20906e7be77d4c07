"""The body-part detector: the 320n model that the `nudenet` package carries, run by ONNX Runtime.

The package itself is never imported. Its class reverses the colour channels of files and of BGR
arrays before the network, which was trained on RGB; here the network is given RGB.
"""

import ast
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
from moderation.errors import DetectorError

MODEL_FILE = "320n.onnx"
CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
Provider = str | tuple[str, dict[str, int]]


class NudeNetDetector:
    """Finds 18 kinds of body parts, covered and exposed.

    `model` is the ONNX file, by default the one in the installed `nudenet` package; `threads` is
    the number of threads of one run (None: all cores); detections under `floor` (0..1) are
    dropped; at most `batch_size` images go through the network at once. `device` is `cpu`, or
    `cuda` (`cuda:1`, ...) for a GPU where the installed ONNX Runtime is built for one; where it is
    not, the detector stays on the CPU. The version is the start of the model file's SHA-256. Raises
    DetectorError where the file is missing or unreadable. Copies made by pickle open a session of
    their own.
    """

    name = "nudenet-320n"

    def __init__(
        self,
        model: Path | None = None,
        threads: int | None = None,
        floor: float = 0.15,
        batch_size: int = 8,
        device: str = "cpu",
    ) -> None:
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
        self.version = self.sha256[:12]

    def __reduce__(self) -> tuple[type["NudeNetDetector"], tuple[Any, ...]]:
        settings = (self.threads, self.floor, self.batch_size, self.device)
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
        outputs = np.asarray(self._session.run(None, {self._input: inputs})[0], dtype=np.float32)
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

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The model's own labels, in the order of its outputs, from the file's metadata."""
        names = ast.literal_eval(self._session.get_modelmeta().custom_metadata_map["names"])
        return tuple(str(names[index]) for index in range(len(names)))

    @cached_property
    def _input(self) -> str:
        return str(self._session.get_inputs()[0].name)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads or 0
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(
            str(self.model),
            options,
            providers=_providers(self.device, onnxruntime.get_available_providers()),
        )


def find_model() -> Path | None:
    """Where the installed `nudenet` package keeps its model, found without importing it."""
    spec = importlib.util.find_spec("nudenet")
    folders = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(folders))) / MODEL_FILE if folders else None


def _providers(device: str, available: Sequence[str]) -> list[Provider]:
    """The parts of ONNX Runtime that run the model, the preferred one first.

    On a GPU products are in TensorFloat-32, which has float16's precision.
    """
    kind, _, number = device.partition(":")
    if kind == "cuda" and CUDA in available:
        return [(CUDA, {"device_id": int(number or 0), "use_tf32": 1}), CPU]
    return [CPU]


def _sha256(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise DetectorError(f"the model file cannot be read: {error}") from error
