"""Photos mixed in pairs: mixup (Zhang et al., 2018, "mixup: Beyond Empirical Risk Minimization").

One photo of a pair always outweighs the other: a half of each is what `unsold.py` calls nothing for
sale.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

LEAST_SHARE = 0.65


@dataclass(frozen=True)
class Mixed:
    """B x 3 x T x T `photos`: each holds `share` of its own, and the rest of its partner's."""

    photos: Tensor
    partners: Tensor
    share: float


def mix(photos: Tensor, generator: torch.Generator) -> Mixed:
    """Mixes each photo with another of its batch, all in the same shares."""
    share = LEAST_SHARE + (1 - LEAST_SHARE) * float(torch.rand(1, generator=generator))
    partners = torch.randperm(len(photos), generator=generator)
    return Mixed(photos.lerp(photos[partners], 1 - share), partners, share)
