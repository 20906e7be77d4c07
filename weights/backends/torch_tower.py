"""The image tower run by PyTorch: on the CPU in float32, on a GPU in half precision."""

from contextlib import AbstractContextManager, nullcontext

import numpy as np
import torch
from numpy.typing import NDArray

from weights.backends.errors import BackendError
from weights.clip import ClipModel
from weights.image_input import Prepared

CPU_BATCH = 8
"""Photos that a CPU takes at once: of more, what one layer hands the next leaves its caches."""


class TorchTower:
    """Moves the model to `device` (`cpu`, `cuda`, `cuda:1`, ...), in place.

    On a GPU the matrix products are in float16, by torch's automatic mixed precision, and sums and
    norms in float32. Raises `BackendError` where there is no such device.
    """

    def __init__(self, clip: ClipModel, device: str = "cpu") -> None:
        self.device = find_device(device)
        self.image_input = clip.image_input
        self.dimension = clip.embed_dim
        self._network = clip.network
        if self.device.type != "cpu":
            self._network.to(self.device)

    @torch.inference_mode()
    def embed(self, inputs: Prepared) -> NDArray[np.float32]:
        """N x 3 x S x S float32 to N x D float32 of unit norm."""
        batch = torch.from_numpy(inputs).contiguous(memory_format=torch.channels_last)
        if self.device.type == "cuda":
            batch = batch.pin_memory()  # else the copy would wait for all that the GPU is at
        parts = batch.split(CPU_BATCH) if self.device.type == "cpu" else (batch,)
        with self._precision():
            vectors = torch.cat(
                [
                    self._network.encode_image(part.to(self.device, non_blocking=True))
                    for part in parts
                ]
            )
        vectors = torch.nn.functional.normalize(vectors.float(), dim=-1)
        return np.asarray(vectors.cpu().numpy(), dtype=np.float32)

    def _precision(self) -> AbstractContextManager[object]:
        if self.device.type == "cpu":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.float16)


def find_device(name: str) -> torch.device:
    """The torch device of this name; raises `BackendError` where this machine has none such."""
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise BackendError(f"there is no device '{name}'; give 'cpu' or 'cuda'") from error
    if device.type == "cpu":
        return device
    if device.type != "cuda":
        raise BackendError(f"the device '{name}' is not supported; give 'cpu' or 'cuda'")
    if not torch.cuda.is_available():
        raise BackendError(
            f"the device '{name}' needs an NVIDIA GPU with its driver and a build of PyTorch for "
            "CUDA, and PyTorch finds none here; give 'cpu'"
        )
    if (device.index or 0) >= torch.cuda.device_count():
        raise BackendError(
            f"there is no device '{name}': this machine has {torch.cuda.device_count()} GPUs, "
            "counted from cuda:0"
        )
    return device
