"""The ImageNet trunk: the package's names become timm's, and nothing else is taken for it."""

from pathlib import Path

import pytest
import timm
import torch
from torch import Tensor

from weights.train.trunk import (
    EXPANDED,
    NOT_EXPANDED,
    OUTSIDE_BLOCKS,
    TEACHER,
    TRUNK,
    ImageNetTrunk,
    in_timm_layout,
    write_trunk,
)


@pytest.fixture(scope="module", params=[TRUNK, TEACHER], ids=lambda network: network.architecture)
def network(request: pytest.FixtureRequest) -> ImageNetTrunk:
    made: ImageNetTrunk = request.param
    return made


@pytest.fixture(scope="module")
def trunk(network: ImageNetTrunk) -> dict[str, Tensor]:
    torch.manual_seed(5)
    made = timm.create_model(network.architecture, pretrained=False, num_classes=0)
    return {
        name: value if value.dtype == torch.long else torch.randn(value.shape)
        for name, value in made.state_dict().items()
    }


def packaged(trunk: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same parameters under the package's names, in the package's numbering of blocks."""
    numbers: dict[tuple[str, str], int] = {}
    named: dict[str, Tensor] = {"_fc.weight": torch.zeros(3, 5), "_fc.bias": torch.zeros(3)}
    for name, value in trunk.items():
        if name.startswith("blocks."):
            _, stage, place, layer, rest = name.split(".", 4)
            number = numbers.setdefault((stage, place), len(numbers))
            expanded = f"blocks.{stage}.{place}.conv_pwl.weight" in trunk
            back = {new: old for old, new in (EXPANDED if expanded else NOT_EXPANDED).items()}
            named[f"_blocks.{number}.{back[layer]}.{rest}"] = value
        else:
            layer, rest = name.split(".", 1)
            back = {new: old for old, new in OUTSIDE_BLOCKS.items()}
            named[f"{back[layer]}.{rest}"] = value
    return named


def test_every_parameter_finds_its_place_in_timm(
    network: ImageNetTrunk, trunk: dict[str, Tensor]
) -> None:
    found = in_timm_layout(packaged(trunk), network.architecture)
    assert found.keys() == trunk.keys()
    for name, value in trunk.items():
        assert torch.equal(found[name], value), name


def test_parameters_of_another_architecture_are_refused(
    network: ImageNetTrunk, trunk: dict[str, Tensor]
) -> None:
    other = packaged(trunk)
    other["_conv_stem.weight"] = torch.zeros(8, 3, 3, 3)
    with pytest.raises(RuntimeError, match="conv_stem"):
        in_timm_layout(other, network.architecture)


def test_a_file_that_the_recipe_was_not_made_with_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "weights.pth"
    torch.save({"_fc.bias": torch.zeros(3)}, source)
    with pytest.raises(ValueError, match="not the file of weights"):
        write_trunk(TRUNK, source, tmp_path / "out")
    assert not (tmp_path / "out").exists()
