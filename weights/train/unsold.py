"""Photos of nothing for sale, made from those of things that are.

Corners cut out of cluttered photos (a floor, a wall, somebody's sleeve) and two photos laid over
each other show no one thing. They teach the model that a background is no evidence: without them
it reads a person in front of a curtain as a musical instrument.
"""

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

LEAST_CORNER, MOST_CORNER = 0.28, 0.42
MOST_WHITE_GROUND = 0.3
LEAST_DETAIL = 14.0


def make_unsold(
    pixels: Tensor, candidates: Tensor, count: int, generator: torch.Generator
) -> Tensor:
    """Changes up to `count` photos of a batch in place; returns their positions.

    `pixels` is B x S x S x 4 uint8 (RGB and ground mask), `candidates` the positions that may be
    taken. Corners that are mostly white ground or hold no detail are left as they were.
    """
    order = candidates[torch.randperm(len(candidates), generator=generator)][:count]
    made = []
    for position in order.tolist():
        if float(torch.rand(1, generator=generator)) < 0.25:
            other = int(torch.randint(len(pixels), (1,), generator=generator))
            mixed = pixels[position].float() * 0.5 + pixels[other].float() * 0.5
        else:
            mixed = _corner(pixels[position], generator)
        cluttered = float(mixed[..., 3].mean()) < 255 * MOST_WHITE_GROUND
        if cluttered and float(mixed[..., :3].std()) >= LEAST_DETAIL:
            pixels[position] = mixed.round().clamp(0, 255).to(torch.uint8)
            made.append(position)
    return torch.tensor(made, dtype=torch.long)


def _corner(photo: Tensor, generator: torch.Generator) -> Tensor:
    """A corner of a photo, enlarged to the photo's size: S x S x 4 float32."""
    size = photo.shape[0]
    part = LEAST_CORNER + (MOST_CORNER - LEAST_CORNER) * float(torch.rand(1, generator=generator))
    side = max(1, int(size * part))
    top, left = ((size - side) * int(torch.randint(2, (1,), generator=generator)) for _ in range(2))
    crop = photo[top : top + side, left : left + side].permute(2, 0, 1)[None].float()
    enlarged = F.interpolate(crop, size=(size, size), mode="bilinear", align_corners=False)
    return enlarged[0].permute(1, 2, 0)
