"""Pixels to look at, with what is known of them already."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moderation.detection import Image
from moderation.evidence import ViewKind
from moderation.pdq import PdqHash

Embedding = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels to look at: RGB uint8 H x W x 3, and which view of the photo they are.

    `full_size` is the (width, height) of the upright photo where `pixels` is a smaller copy; boxes
    are then given in its pixels. `embedding` (D float32 of unit norm) and `pdq` are those of these
    pixels, where the caller has them: the layers that need them then do not make them again.
    """

    pixels: Image
    kind: ViewKind = "shown"
    frame: int | None = None
    full_size: tuple[int, int] | None = None
    embedding: Embedding | None = None
    pdq: PdqHash | None = None
