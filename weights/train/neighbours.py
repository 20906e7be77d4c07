"""What makes the nearest photo one of the same kind: a loss over the photos seen of late.

The label vectors alone ask that a photo lies nearer its own label than the others; two photos of a
kind may still lie on two sides of it. Neighbourhood components analysis (Goldberger et al., 2004)
asks for what look-alikes need: that the probability of drawing a neighbour of the same kind, by
nearness, is high. The neighbours are the embeddings of the last batches, kept as in Wu et al., 2018
("Improving Generalization via Scalable Neighborhood Component Analysis").
"""

import torch
from torch import Tensor, nn

from weights.train.targets import UNLABELLED

ROOM = 4096
SCALE = 10.0


class Neighbours(nn.Module):
    """The embeddings and targets of the last `ROOM` photos, the oldest given up first."""

    embeddings: Tensor
    targets: Tensor

    def __init__(self, masks: Tensor, width: int) -> None:
        """`masks` are K x N bool, a row for each target: those that share a label are alike."""
        super().__init__()
        self.register_buffer("embeddings", torch.zeros(ROOM, width))
        self.register_buffer("targets", torch.full((ROOM,), UNLABELLED))
        self._alike = masks.float() @ masks.float().T > 0

    def loss(self, images: Tensor, targets: Tensor) -> Tensor:
        """Minus the log of the probability that a kept neighbour is alike, averaged.

        `images` B x D of unit norm, `targets` B. Photos that have none alike do not count.
        """
        kept = self.targets != UNLABELLED
        known = targets != UNLABELLED
        alike = self._alike[targets[known]][:, self.targets[kept]]
        some = alike.any(1)
        if not bool(some.any()):
            return images.sum() * 0.0
        near = SCALE * images[known][some] @ self.embeddings[kept].T
        right = near.masked_fill(~alike[some], float("-inf"))
        return (near.logsumexp(1) - right.logsumexp(1)).mean()

    @torch.no_grad()
    def keep(self, images: Tensor, targets: Tensor) -> None:
        """Puts a batch's photos in the place of as many of the oldest."""
        self.embeddings.copy_(torch.cat([self.embeddings, images])[-ROOM:])
        self.targets.copy_(torch.cat([self.targets, targets])[-ROOM:])
