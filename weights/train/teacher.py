"""What a larger ImageNet network sees in the small data sets, for the trunk to keep in reach.

Trained on a few thousand photos of its own, a network forgets much of what ImageNet taught it, and
that is what tells unusual things apart. So on the sets that are small the recipe also asks that
the trunk's features, by one linear layer, give those of a larger network that looked at the same
photo enlarged, whatever the augmentation did to it: feature distillation (Romero et al., 2015,
"FitNets: Hints for Thin Deep Nets"), against forgetting (Li and Hoiem, 2018, "Learning without
Forgetting").
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from weights.train.augment import plain
from weights.train.photos import PhotoSet
from weights.train.trunk import TEACHER, open_trunk

TEACHER_SIZE = 224
FEATURES = 1280
BATCH = 64


class Recall(nn.Module):
    """The linear layer from the trunk's pooled features to the teacher's."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(FEATURES, FEATURES)

    def distance(self, features: Tensor, taught: Tensor) -> Tensor:
        """The mean cosine distance of B x 1280 trunk features from the teacher's, B x 1280."""
        return (1 - F.cosine_similarity(self.layer(features), taught, dim=-1)).mean()


def teacher_features(photos: PhotoSet, pretrained: Path, cache: Path) -> NDArray[np.float16]:
    """The teacher's view of a set's photos, from the cache or made into it: N x 1280 float16.

    They are centred on the set's mean, so that their directions say what sets photos apart.
    """
    target = cache / f"{photos.name}-{len(photos.pixels)}-{TEACHER.architecture}.npy"
    if not target.exists():
        partial = target.with_suffix(".partial")
        with partial.open("wb") as file:
            np.save(file, _look(photos, pretrained))
        partial.rename(target)
    features: NDArray[np.float16] = np.load(target)
    return features


@torch.inference_mode()
def _look(photos: PhotoSet, pretrained: Path) -> NDArray[np.float16]:
    teacher = open_trunk(TEACHER, pretrained)
    seen = []
    starts = range(0, len(photos.pixels), BATCH)
    for start in tqdm(starts, desc=f"teacher, {photos.name}", unit="batch"):
        pixels = torch.from_numpy(photos.pixels[start : start + BATCH].copy())
        seen.append(teacher(plain(pixels, TEACHER_SIZE)))
    features = torch.cat(seen)
    return (features - features.mean(0)).half().numpy()
