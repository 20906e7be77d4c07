"""What runs the body-part detector's network: ONNX Runtime, or OpenVINO in bfloat16."""

import ast
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from moderation.errors import DetectorError

Precision = Literal["float32", "bfloat16"]
Numbers = NDArray[np.float32]

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
Provider = str | tuple[str, dict[str, int]]


class Network(Protocol):
    """`labels` are the model's own, in the order of its outputs."""

    labels: tuple[str, ...]

    def run(self, inputs: Numbers) -> Numbers:
        """N x 3 x S x S to N x (4 + labels) x candidates, both float32."""


class OnnxRuntimeNetwork:
    """In float32; on a GPU products are in TensorFloat-32, which has float16's precision."""

    def __init__(self, model: Path, threads: int | None, device: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(
            str(model), options, providers=providers(device, onnxruntime.get_available_providers())
        )
        self._input = str(self._session.get_inputs()[0].name)
        self.labels = _labels(self._session.get_modelmeta().custom_metadata_map["names"])

    def run(self, inputs: Numbers) -> Numbers:
        """See `Network`."""
        return np.asarray(self._session.run(None, {self._input: inputs})[0], dtype=np.float32)


class OpenVinoNetwork:
    """In bfloat16 on a CPU; calls of several threads may overlap."""

    def __init__(self, model: Path, threads: int | None, side: int) -> None:
        """`side` is that of the squares it will be given, in pixels."""
        import openvino

        options: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": "bf16",
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # else workers beside one another pin to the same core
        }
        if threads is not None:
            options["INFERENCE_NUM_THREADS"] = threads
        core = openvino.Core()
        graph: Any = core.read_model(str(model))
        self.labels = _labels(str(graph.get_rt_info(["framework", "names"]).value))
        graph.reshape([-1, 3, side, side])
        self._compiled: Any = core.compile_model(graph, "CPU", options)
        self._requests = threading.local()

    def run(self, inputs: Numbers) -> Numbers:
        """See `Network`."""
        if not hasattr(self._requests, "own"):  # one must not be given work while it works
            self._requests.own = self._compiled.create_infer_request()
        return np.array(self._requests.own.infer(inputs)[0], dtype=np.float32)


def require_precision(precision: Precision, device: str = "cpu") -> None:
    """Raises DetectorError where the detector cannot be run in this precision here.

    `bfloat16` is for CPUs with instructions for it (AVX512_BF16, AMX, or Arm's): elsewhere it would
    only be a slower float32.
    """
    if precision not in get_args(Precision):
        known = " and ".join(f"'{name}'" for name in get_args(Precision))
        raise DetectorError(f"there is no detector precision '{precision}'; there are {known}")
    if precision == "float32":
        return
    if device != "cpu":
        raise DetectorError(f"the detector precision 'bfloat16' is for the CPU, not for '{device}'")
    try:
        import openvino
    except ImportError as error:
        raise DetectorError(
            "the detector precision 'bfloat16' needs the package openvino, the extra `openvino`: "
            "pip install 'vitrine[openvino]'"
        ) from error
    if "BF16" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise DetectorError(
            "this processor has no instructions for bfloat16 (AVX512_BF16 or AMX): "
            "leave the detector precision at 'float32'"
        )


def providers(device: str, available: Sequence[str]) -> list[Provider]:
    """The parts of ONNX Runtime that run the model, the preferred one first."""
    kind, _, number = device.partition(":")
    if kind == "cuda" and CUDA in available:
        return [(CUDA, {"device_id": int(number or 0), "use_tf32": 1}), CPU]
    return [CPU]


def _labels(names: str) -> tuple[str, ...]:
    """From the model file's own metadata: a dict of labels by number, as Python writes it."""
    found = ast.literal_eval(names)
    return tuple(str(found[index]) for index in range(len(found)))
