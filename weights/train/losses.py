"""Losses in the shared space: label sets by their prompts, and titles by contrast."""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from weights.train.targets import UNLABELLED


def set_cross_entropy(logits: Tensor, masks: Tensor, targets: Tensor) -> Tensor:
    """Minus the log of the summed probability of every right label, averaged over the batch.

    `logits` B x N; `masks` K x N bool; `targets` B, a row of `masks` or `UNLABELLED`. With one
    right label a row this is the cross-entropy.
    """
    known = targets != UNLABELLED
    if not bool(known.any()):
        return logits.sum() * 0.0
    logits = logits[known]
    right = logits.masked_fill(~masks[targets[known]], float("-inf"))
    return (logits.logsumexp(-1) - right.logsumexp(-1)).mean()


def title_contrast(images: Tensor, titles: Tensor, scale: Tensor, keys: Tensor) -> Tensor:
    """CLIP's symmetric contrastive loss (Radford et al., 2021) over B photos and their titles.

    Photos whose titles are the same, by `keys` (B), count as right for one another.
    """
    logits = scale * images @ titles.T
    same = keys.unsqueeze(0) == keys.unsqueeze(1)
    weights = same.float() / same.sum(1, keepdim=True)
    by_photo = -(weights * F.log_softmax(logits, dim=1)).sum(1).mean()
    by_title = -(weights * F.log_softmax(logits.T, dim=1)).sum(1).mean()
    return (by_photo + by_title) / 2


def right_rate(logits: Tensor, masks: Tensor, targets: Tensor) -> float:
    """Top-1 among a column's own labels: the label whose nodes hold the largest probability.

    `logits` B x N; `masks` K x N bool, one row for each label of the column; `targets` B in 0..K-1.
    """
    scores = torch.stack(
        [logits.masked_fill(~mask, float("-inf")).logsumexp(-1) for mask in masks], dim=1
    )
    return float((scores.argmax(1) == targets).float().mean())
