"""The losses are the field's own where they meet them, and their sums where they go beyond."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from hypothesis import given
from hypothesis import strategies as st

from weights.train.losses import right_rate, set_cross_entropy, title_contrast
from weights.train.targets import UNLABELLED


@given(st.integers(1, 8), st.integers(2, 12), st.integers(0, 2**31))
def test_with_one_right_label_a_photo_it_is_the_cross_entropy(
    batch: int, labels: int, seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(batch, labels, generator=generator) * 10
    targets = torch.randint(labels, (batch,), generator=generator)
    loss = set_cross_entropy(logits, torch.eye(labels, dtype=torch.bool), targets)
    torch.testing.assert_close(loss, F.cross_entropy(logits, targets))


def test_with_several_right_labels_it_is_minus_the_log_of_their_summed_probability() -> None:
    logits = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1]]).log()
    masks = torch.tensor([[True, True, False, False], [False, True, True, True]])
    loss = set_cross_entropy(logits, masks, torch.tensor([1, 0]))
    assert float(loss) == pytest.approx(-(math.log(0.9) + math.log(0.8)) / 2, abs=1e-6)


def test_photos_without_a_label_do_not_count() -> None:
    logits = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    masks = torch.eye(4, dtype=torch.bool)
    some = set_cross_entropy(logits, masks, torch.tensor([2, UNLABELLED, 0]))
    torch.testing.assert_close(some, set_cross_entropy(logits[[0, 2]], masks, torch.tensor([2, 0])))


def test_a_batch_without_labels_costs_nothing_and_pulls_nowhere() -> None:
    logits = torch.randn(2, 4, requires_grad=True)
    loss = set_cross_entropy(logits, torch.eye(4, dtype=torch.bool), torch.full((2,), UNLABELLED))
    loss.backward()
    assert float(loss.detach()) == 0
    assert logits.grad is not None
    assert not logits.grad.any()


def unit(count: int, seed: int) -> torch.Tensor:
    return F.normalize(torch.randn(count, 6, generator=torch.Generator().manual_seed(seed)), dim=1)


def test_with_titles_all_different_it_is_clips_contrastive_loss() -> None:
    images, titles, scale = unit(5, 1), unit(5, 2), torch.tensor(9.0)
    logits = scale * images @ titles.T
    places = torch.arange(5)
    expected = (F.cross_entropy(logits, places) + F.cross_entropy(logits.T, places)) / 2
    torch.testing.assert_close(title_contrast(images, titles, scale, places), expected)


def test_photos_of_the_same_title_count_as_right_for_one_another() -> None:
    images, titles = unit(4, 1), unit(3, 2)[[0, 0, 1, 2]]
    keys = torch.tensor([7, 7, 3, 9])
    right = torch.tensor(
        [[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=torch.float32
    )
    logits = 9.0 * images @ titles.T
    expected = (F.cross_entropy(logits, right) + F.cross_entropy(logits.T, right)) / 2
    torch.testing.assert_close(title_contrast(images, titles, torch.tensor(9.0), keys), expected)


def test_right_rate_sums_the_probability_of_a_columns_labels() -> None:
    logits = torch.tensor([[0.3, 0.3, 0.4], [0.1, 0.1, 0.8]]).log()
    masks = torch.tensor([[True, True, False], [False, False, True]])
    assert right_rate(logits, masks, torch.tensor([0, 1])) == 1.0
    assert right_rate(logits, masks, torch.tensor([1, 1])) == 0.5
