"""The loss over neighbours: photos of one kind near each other, others far."""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention

from weights.train.neighbours import ROOM, SCALE, Neighbours
from weights.train.targets import UNLABELLED

MASKS = torch.tensor([[True, False, False], [False, True, False], [True, True, False]])
"""Targets 0 and 1 share no label; target 2 is right for both of theirs."""

EAST, NORTH = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])


def kept(*pairs: tuple[torch.Tensor, int]) -> Neighbours:
    neighbours = Neighbours(MASKS, 2)
    embeddings = torch.stack([embedding for embedding, _ in pairs])
    neighbours.keep(embeddings, torch.tensor([target for _, target in pairs]))
    return neighbours


def test_it_is_minus_the_log_of_the_probability_of_an_alike_neighbour() -> None:
    neighbours = kept((EAST, 0), (NORTH, 1))
    loss = neighbours.loss(EAST[None], torch.tensor([0]))
    right = math.exp(SCALE) / (math.exp(SCALE) + 1)
    torch.testing.assert_close(loss, torch.tensor(-math.log(right)))
    assert float(neighbours.loss(NORTH[None], torch.tensor([0]))) > SCALE - 0.01


def test_kinds_that_share_a_label_are_alike() -> None:
    neighbours = kept((EAST, 0), (NORTH, 1))
    assert float(neighbours.loss(NORTH[None], torch.tensor([2]))) == 0.0


def test_photos_without_a_label_or_an_alike_neighbour_do_not_count() -> None:
    neighbours = kept((EAST, 0), (NORTH, UNLABELLED))
    image = EAST.clone().requires_grad_(True)
    loss = neighbours.loss(torch.stack([image, image]), torch.tensor([UNLABELLED, 1]))
    assert loss.item() == 0.0
    loss.backward()
    assert image.grad is not None
    assert not image.grad.any()


def test_nothing_kept_costs_nothing() -> None:
    assert float(Neighbours(MASKS, 2).loss(EAST[None], torch.tensor([0]))) == 0.0


def test_the_oldest_are_given_up_and_what_is_kept_moves_no_more() -> None:
    neighbours = Neighbours(MASKS, 2)
    first = F.normalize(torch.rand(ROOM, 2), dim=1).requires_grad_(True)
    neighbours.keep(first, torch.zeros(ROOM, dtype=torch.long))
    neighbours.keep(NORTH.repeat(3, 1), torch.ones(3, dtype=torch.long))
    assert neighbours.targets.tolist() == [0] * (ROOM - 3) + [1] * 3
    assert torch.equal(neighbours.embeddings[: ROOM - 3], first[3:])
    assert not neighbours.embeddings.requires_grad


def test_it_pulls_a_photo_to_its_own_kind() -> None:
    neighbours = kept((EAST, 0), (NORTH, 1))
    image = torch.tensor([0.6, 0.8], requires_grad=True)
    neighbours.loss(image[None], torch.tensor([0])).backward()
    assert image.grad is not None
    assert image.grad[0] < 0 < image.grad[1]
