"""What an image tower is to the rest, and which one a backend and a device give."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from weights.backends.errors import BackendError
from weights.backends.model_source import ModelSource
from weights.image_input import ImageInput, Prepared

Embeddings = NDArray[np.float32]

TORCH, OPENVINO = "torch", "openvino"


class ImageTower(Protocol):
    """The part of a CLIP that sees photos; `image_input` makes its input, `dimension` is D."""

    @property
    def image_input(self) -> ImageInput: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, inputs: Prepared) -> Embeddings:
        """N x 3 x S x S float32, N at least 1, to N x D float32 of unit norm."""


def open_tower(
    source: ModelSource, *, backend: str = TORCH, device: str = "cpu", threads: int | None = None
) -> ImageTower:
    """The image tower of a bundle's model.

    `device` is a torch device, and is the CPU for OpenVINO; `threads` are OpenVINO's, all cores by
    default (torch's are set for the whole process, elsewhere). Raises `BackendError` where there
    is no such backend or device, or what it needs is not installed.
    """
    makers: dict[str, Callable[[], ImageTower]] = {
        TORCH: lambda: _torch(source, device),
        OPENVINO: lambda: _openvino(source, device, threads),
    }
    if backend not in makers:
        raise BackendError(f"there is no backend '{backend}'; there are: {', '.join(makers)}")
    return makers[backend]()


def _torch(source: ModelSource, device: str) -> ImageTower:
    from weights.backends.torch_tower import TorchTower

    return TorchTower(source.clip, device)


def _openvino(source: ModelSource, device: str, threads: int | None) -> ImageTower:
    from weights.backends.openvino_tower import OpenVinoTower

    return OpenVinoTower(source, device, threads)
