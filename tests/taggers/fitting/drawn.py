"""Photos drawn so that the right calibration is known."""

import numpy as np

from taggers.fitting.photos import LabelledPhotos
from taggers.prompts import NOT_LISTING
from taggers.scoring import softmax

SHIRTS, T_SHIRTS = "clothing.tops.shirts", "clothing.tops.t_shirts"
CHAIRS, SOFAS, FACES = "home.furniture.chairs", "home.furniture.sofas", f"{NOT_LISTING}faces"
LABELS = (SHIRTS, T_SHIRTS, CHAIRS, SOFAS, FACES)


def photos(
    cosines: np.ndarray, truth: np.ndarray, labels: tuple[str, ...] = LABELS
) -> LabelledPhotos:
    """Photos of a column whose every label stands for one id."""
    classes = [frozenset({label}) for label in labels]
    return LabelledPhotos.of_column(labels, cosines, classes, truth.tolist())


def drawn(
    scale: float | np.ndarray, count: int, seed: int, labels: tuple[str, ...] = LABELS
) -> LabelledPhotos:
    """Photos whose right label is drawn from the softmax of their cosines at `scale`.

    `scale` may be one for each photo's likeliest label.
    """
    random = np.random.default_rng(seed)
    cosines = random.uniform(-0.2, 0.4, size=(count, len(labels)))
    own = np.broadcast_to(scale, len(labels))[cosines.argmax(axis=1)]
    chances = softmax(own[:, None] * cosines).cumsum(axis=1)
    picks = (random.random((count, 1)) > chances).sum(axis=1).clip(max=len(labels) - 1)
    return photos(cosines, picks, labels)
