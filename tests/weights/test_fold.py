"""Folded networks give what they gave before, and what cannot be folded is left alone."""

import pytest
import timm
import torch
from torch import Tensor, nn

from weights.fold import fold_batch_norms


def awaken(module: nn.Module) -> nn.Module:
    """Batch norms as training leaves them: every mean, variance, scale and shift its own."""
    torch.manual_seed(5)
    for norm in module.modules():
        if isinstance(norm, nn.BatchNorm2d):
            assert norm.running_mean is not None
            assert norm.running_var is not None
            nn.init.normal_(norm.running_mean, std=0.2)
            nn.init.uniform_(norm.running_var, 0.5, 2.0)
            nn.init.uniform_(norm.weight, 0.5, 1.5)
            nn.init.normal_(norm.bias, std=0.2)
    return module.eval()


def norms(module: nn.Module) -> int:
    return sum(isinstance(one, nn.BatchNorm2d) for one in module.modules())


@pytest.mark.parametrize("name", ["mobilenetv2_035", "resnet18"])
def test_a_folded_network_gives_what_it_gave(name: str) -> None:
    network = awaken(timm.create_model(name, num_classes=0))
    photos = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        before = network(photos)
    count = norms(network)
    assert fold_batch_norms(network, photos[:1]) == count > 10
    assert norms(network) == 0
    with torch.inference_mode():
        after = network(photos)
    assert float((after - before).abs().max() / before.abs().max()) < 1e-4


class CalledOutOfOrder(nn.Module):
    """Lists a batch norm after the first convolution, and calls it after the second."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 1)
        self.norm = nn.BatchNorm2d(4)
        self.second = nn.Conv2d(4, 4, 3)

    def forward(self, photos: Tensor) -> Tensor:
        normed: Tensor = self.norm(self.second(self.first(photos)))
        return normed


def test_a_network_that_calls_in_another_order_is_left_as_it_was() -> None:
    network = awaken(CalledOutOfOrder())
    photos = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        before = network(photos)
    kept = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    assert fold_batch_norms(network, photos) == 0
    with torch.inference_mode():
        assert torch.equal(network(photos), before)
    assert network.state_dict().keys() == kept.keys()


def test_a_network_without_batch_norms_has_nothing_to_fold() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU()).eval()
    assert fold_batch_norms(network, torch.rand(1, 3, 8, 8)) == 0
