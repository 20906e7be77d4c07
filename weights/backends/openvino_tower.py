"""The image tower run by OpenVINO on the CPU, in float32: the same embeddings in less time."""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weights.backends.errors import BackendError
from weights.backends.model_source import ModelSource
from weights.backends.openvino_cache import cached_model
from weights.image_input import Prepared

PHOTOS_AT_ONCE = 8
"""Larger batches leave the processor's caches and are slower a photo; see `docs/performance.md`."""


class OpenVinoTower:
    """Runs a model's image tower with `threads` threads, all cores by default.

    The model is converted when a bundle is first used, and kept: see `openvino_cache`. Where it is
    kept already, torch is not loaded.
    Calls of several threads may overlap. Raises `BackendError` where the package `openvino` is not
    installed, for another device than the CPU, and for a model that OpenVINO cannot run.
    """

    def __init__(
        self, source: ModelSource, device: str = "cpu", threads: int | None = None
    ) -> None:
        if device != "cpu":
            raise BackendError(f"the backend openvino runs on 'cpu', not on '{device}'")
        try:
            import openvino
        except ImportError as error:
            raise BackendError(
                "the backend openvino needs the package openvino, the extra `openvino`: "
                "pip install 'vitrine[openvino]'"
            ) from error
        try:
            core = openvino.Core()
            model, self.image_input = cached_model(core, source)
            self._compiled: Any = core.compile_model(model, "CPU", _options(threads))
        except RuntimeError as error:
            raise BackendError(
                f"bundle '{source.bundle.name}' cannot be run by OpenVINO: {error}"
            ) from error
        self.dimension = int(self._compiled.output(0).partial_shape[1].get_length())
        self._requests = threading.local()

    def embed(self, inputs: Prepared) -> NDArray[np.float32]:
        """N x 3 x S x S float32 to N x D float32 of unit norm."""
        parts = [
            np.array(self._request().infer(inputs[start : start + PHOTOS_AT_ONCE])[0], np.float32)
            for start in range(0, len(inputs), PHOTOS_AT_ONCE)
        ]
        return np.concatenate(parts)

    def _request(self) -> Any:
        """This thread's own request: one must not be given work while it works."""
        if not hasattr(self._requests, "own"):
            self._requests.own = self._compiled.create_infer_request()
        return self._requests.own


def _options(threads: int | None) -> dict[str, Any]:
    """Single precision is asked for: by itself OpenVINO takes bfloat16 where a processor has it.

    Threads are not bound to cores: worker processes beside one another would take the same ones.
    """
    options: dict[str, Any] = {
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,
    }
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return options
