"""Quick validation between steps: top-1 of each column on the validation photos."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from open_clip.model import CLIP
from torch import Tensor

from weights.train.augment import plain
from weights.train.losses import right_rate
from weights.train.photos import PhotoSet
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS
from weights.train.targets import UNLABELLED, LabelIndex


@torch.inference_mode()
def embed(model: CLIP, photos: PhotoSet, size: int, batch: int = 128) -> Tensor:
    """Image embeddings of a whole set, N x D of unit norm."""
    model.eval()
    chunks = []
    for start in range(0, len(photos.pixels), batch):
        pixels = torch.from_numpy(photos.pixels[start : start + batch].copy())
        chunks.append(F.normalize(model.visual(plain(pixels, size)), dim=-1))
    return torch.cat(chunks)


@torch.inference_mode()
def validate(
    vectors: Mapping[str, Tensor],
    scale: float,
    indices: Mapping[str, LabelIndex],
    sets: list[PhotoSet],
    embeddings: list[Tensor],
) -> dict[str, float]:
    """Top-1 of each data set's finest column, and of each facet, among the column's own labels.

    `vectors` are those of each label set, N x D, `scale` the logit scale, and `embeddings` those of
    `sets`, as `embed` gives them.
    """
    scores: dict[str, float] = {}
    for photos, images in zip(sets, embeddings, strict=True):
        columns = {"category": CATEGORY_COLUMNS[photos.name], **FACET_COLUMNS}
        for name, index in indices.items():
            if columns[name] not in photos.columns or photos.name not in index.value_rows:
                continue
            targets = index.targets(photos.name, photos.columns[columns[name]])
            known = targets != UNLABELLED
            rows = sorted(set(index.value_rows[photos.name].values()))
            place = {row: position for position, row in enumerate(rows)}
            wanted = torch.tensor([place[int(row)] for row in targets[known]])
            logits = scale * images[known] @ vectors[name].T
            key = f"{photos.name}.{columns[name]}"
            scores[key] = round(right_rate(logits, index.masks[rows], wanted), 4)
    return scores
