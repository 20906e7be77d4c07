"""What an image tower is to the rest, and which one a backend and a device give."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from weights.backends.errors import BackendError
from weights.backends.openvino_tower import OpenVinoTower
from weights.backends.torch_tower import TorchTower
from weights.clip import ClipModel

Embeddings = NDArray[np.float32]

TORCH, OPENVINO = "torch", "openvino"


class ImageTower(Protocol):
    """The part of a CLIP that sees photos."""

    def embed(self, inputs: Tensor) -> Embeddings:
        """N x 3 x S x S float32 on the CPU, N at least 1, to N x D float32 of unit norm."""


def open_tower(
    clip: ClipModel, *, backend: str = TORCH, device: str = "cpu", threads: int | None = None
) -> ImageTower:
    """The image tower of a loaded model.

    `device` is a torch device, and is the CPU for OpenVINO; `threads` are OpenVINO's, all cores by
    default (torch's are set for the whole process, elsewhere). Raises `BackendError` where there
    is no such backend or device, or what it needs is not installed.
    """
    makers: dict[str, Callable[[], ImageTower]] = {
        TORCH: lambda: TorchTower(clip, device),
        OPENVINO: lambda: OpenVinoTower(clip, device, threads),
    }
    if backend not in makers:
        raise BackendError(f"there is no backend '{backend}'; there are: {', '.join(makers)}")
    return makers[backend]()
