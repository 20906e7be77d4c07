"""Augmentation of whole batches with torch: tilt, crop, ground, light, blur, erasing.

Batches are N x S x S x 4 uint8 (RGB and the ground mask of `photos.py`) going in, and
N x 3 x T x T float32 in [-1, 1] coming out.
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

CLUTTERED_GROUND = 0.2
"""A photo with a smaller part of plain white ground was taken somewhere."""


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _chance(count: int, probability: float, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) < probability


def replace_ground(photos: Tensor, mask: Tensor, generator: torch.Generator) -> Tensor:
    """Puts a quarter of the cut-outs on a soft random ground: a colour with slow shading."""
    count, _, size, _ = photos.shape
    chosen = _chance(count, 0.25, generator).view(-1, 1, 1, 1)
    colour = torch.rand(count, 3, 1, 1, generator=generator) * 0.75 + 0.2
    gray = colour.mean(1, keepdim=True)
    colour = gray + (colour - gray) * 0.4
    shade = (torch.rand(count, 1, 5, 5, generator=generator) - 0.5) * 0.3
    shade = F.interpolate(shade, size=(size, size), mode="bilinear", align_corners=True)
    ground = (colour + shade).clamp(0, 1)
    return torch.where(chosen & (mask > 0.5), ground, photos)


def affine(photos: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """Random zoom, stretch, tilt, shift and mirror, sampled at `size`; ones outside the photo.

    Channels are colours, white outside, and last the ground mask, ground outside. A photo without
    plain ground is looked at more closely than a cut-out: its surroundings say where it was taken.
    """
    count, channels = photos.shape[:2]
    cluttered = photos[:, -1].mean((1, 2)) < CLUTTERED_GROUND
    closest = torch.where(cluttered, 0.55, 0.72)
    zoom = closest + (1.12 - closest) * torch.rand(count, generator=generator)
    stretch = torch.exp(_uniform(count, -0.12, 0.12, generator))
    angle = torch.randn(count, generator=generator) * math.radians(7)
    mirror = torch.where(_chance(count, 0.5, generator), -1.0, 1.0)
    slack = (1 - zoom).abs() + 0.06
    shift_x = _uniform(count, -1, 1, generator) * slack
    shift_y = _uniform(count, -1, 1, generator) * slack
    cos, sin = torch.cos(angle), torch.sin(angle)
    theta = torch.stack(
        [
            torch.stack([zoom * stretch * cos * mirror, -zoom * sin, shift_x], 1),
            torch.stack([zoom * sin * mirror, zoom / stretch * cos, shift_y], 1),
        ],
        1,
    )
    grid = F.affine_grid(theta, [count, channels, size, size], align_corners=False)
    moved = F.grid_sample(photos - 1.0, grid, mode="bilinear", align_corners=False)
    return moved + 1.0


def relight(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Mild changes of gain, contrast, saturation and cast; strong ones for a fifth of the batch."""
    count = photos.shape[0]
    strength = torch.where(_chance(count, 0.2, generator), 2.2, 0.8).view(-1, 1, 1, 1)

    def jitter(spread: float, channels: int = 1) -> Tensor:
        noise = (torch.rand(count, channels, 1, 1, generator=generator) * 2 - 1) * spread
        return 1 + noise * strength

    gray = photos.mean(1, keepdim=True)
    photos = gray + (photos - gray) * jitter(0.15)
    centre = photos.mean((1, 2, 3), keepdim=True)
    photos = centre + (photos - centre) * jitter(0.12)
    return (photos * jitter(0.14) * jitter(0.035, channels=3)).clamp(0, 1)


def soften(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Blurs a tenth of the batch by a 3 x 3 box, and adds faint noise to another tenth."""
    count = photos.shape[0]
    blurred = _chance(count, 0.1, generator)
    noisy = _chance(count, 0.1, generator)
    photos[blurred] = F.avg_pool2d(photos[blurred], 3, stride=1, padding=1, count_include_pad=False)
    photos[noisy] += torch.randn(photos[noisy].shape, generator=generator) * 0.04
    return photos.clamp(0, 1)


def erase(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Random erasing (Zhong et al., 2017): a gray rectangle over a quarter of the batch."""
    count, _, size, _ = photos.shape
    axis = torch.arange(size).view(1, -1)
    side_x = _uniform(count, 0.1, 0.4, generator).view(-1, 1) * size
    side_y = _uniform(count, 0.1, 0.4, generator).view(-1, 1) * size
    left = _uniform(count, 0, 0.9, generator).view(-1, 1) * size
    top = _uniform(count, 0, 0.9, generator).view(-1, 1) * size
    columns = (axis >= left) & (axis < left + side_x)
    rows = (axis >= top) & (axis < top + side_y)
    chosen = _chance(count, 0.25, generator).view(-1, 1, 1)
    hole = (rows.unsqueeze(2) & columns.unsqueeze(1) & chosen).unsqueeze(1)
    return torch.where(hole, torch.full((), 0.5), photos)


def augment(batch: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """A training batch from N x S x S x 4 uint8: N x 3 x `size` x `size` float32 in [-1, 1]."""
    planes = batch.permute(0, 3, 1, 2).float().div_(255)
    planes = affine(planes, size, generator)
    photos = replace_ground(planes[:, :3], planes[:, 3:], generator)
    photos = relight(photos, generator)
    photos = erase(soften(photos, generator), generator)
    return (photos * 2 - 1).contiguous(memory_format=torch.channels_last)


def plain(batch: Tensor, size: int) -> Tensor:
    """A validation batch: the same photos resized to `size`, untouched otherwise."""
    photos = batch[..., :3].permute(0, 3, 1, 2).float().div_(255)
    if photos.shape[-1] != size:
        photos = F.interpolate(photos, size=(size, size), mode="bicubic", antialias=True)
    return (photos.clamp(0, 1) * 2 - 1).contiguous(memory_format=torch.channels_last)
