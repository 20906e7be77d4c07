"""A head attached to a bundle as a layer of moderation."""

from collections.abc import Sequence

import numpy as np

from moderation import DetectorError, Picture
from moderation.detection import Detection
from moderation.picture import Embedding
from moderation.prompts import FLOOR, relative
from weights.attached_head import AttachedHead, load_attached
from weights.bundle import NETWORK_WEIGHTS, Bundle

LABEL = "nsfw"


class NsfwDetector:
    """Scores the embeddings of pictures by an attached head.

    A score of 0.5 is the threshold stated when it was attached, so that a policy's thresholds of
    its label mean the same with every head. It says neither what is seen nor where.
    """

    name = "nsfw-head"

    def __init__(self, head: AttachedHead, version: str) -> None:
        self._head = head
        self.version = version

    def detect_pictures(self, pictures: Sequence[Picture]) -> list[tuple[Detection, ...]]:
        """What the embedding of each picture says, in the order given.

        Raises `moderation.DetectorError` where a picture has no embedding of the head's length, or
        one that is not finite.
        """
        if not pictures:
            return []
        rows = np.stack([self._checked(picture.embedding) for picture in pictures])
        return [self._detections(float(one)) for one in self._head.probabilities(rows)]

    def _checked(self, embedding: Embedding | None) -> Embedding:
        if embedding is None or embedding.shape != (self._head.dimension,):
            raise DetectorError("there is no embedding of it that the head can read")
        if not np.isfinite(embedding).all():
            raise DetectorError("its embedding is not finite")
        return embedding

    def _detections(self, probability: float) -> tuple[Detection, ...]:
        score = round(relative(probability, self._head.facts.threshold), 4)
        if not score >= FLOOR:
            return ()
        note = f"A probability of {probability:.4f}."
        return (Detection(LABEL, score, None, self.name, note),)


def nsfw_layer(bundle: Bundle) -> NsfwDetector | None:
    """The layer of a bundle to which a head was attached, None for another.

    Raises `BundleCorruptError` where the head is not whole.
    """
    files = bundle.manifest.files
    head = load_attached(bundle.folder, files, files.get(NETWORK_WEIGHTS, ""))
    if head is None:
        return None
    return NsfwDetector(head, f"{head.facts.architecture}-{head.facts.source_sha256[:12]}")
