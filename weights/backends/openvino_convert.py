"""An image tower of torch's converted for OpenVINO."""

import warnings
from typing import Any

import openvino
import torch
from torch import Tensor, nn

from weights.clip import ClipModel, Network, example_input


def convert(clip: ClipModel) -> Any:
    """Converts the image tower in memory, in float32, for batches of any size."""
    example = example_input(clip.image_input)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, on shapes that are the same for all photos
        with torch.inference_mode():
            model = openvino.convert_model(_ImageTower(clip.network), example_input=example)
    model.reshape([-1, *example.shape[1:]])
    return model


class _ImageTower(nn.Module):
    """`encode_image` as a module's forward."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        return self.network.encode_image(images, normalize=True)
