"""Prompts on a CLIP embedding, for goods and scenes that no detector knows (weapons, drugs, ...).

A bundle gives the embeddings of the prompts and what was measured of them; without measurements
there is no such layer. The phrases themselves are in `prompts.toml`, for whoever makes a bundle.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from moderation.detection import Detection
from moderation.errors import DetectorError
from moderation.picture import Embedding, Picture
from moderation.taxonomy import Strict, checked

LABEL_SET = "moderation.prompts"
"""What a bundle calls its label set for this layer."""

FLOOR = 0.2
"""Scores below this are not reported, and so cannot be reached by any policy."""

Phrases = Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]


class PromptTable(Strict):
    """The phrases of each label, and of the ordinary things that the labels compete with."""

    version: str
    labels: dict[str, Phrases]
    others: dict[str, Phrases]

    @property
    def rows(self) -> dict[str, tuple[str, ...]]:
        """The phrases of every row of the label set, by the row's id."""
        return {name: tuple(phrases) for name, phrases in {**self.labels, **self.others}.items()}


@cache
def prompt_table() -> PromptTable:
    """The phrases that ship with this room, read and checked once."""
    text = files("moderation").joinpath("prompts.toml").read_text("utf-8")
    return checked(PromptTable, tomllib.loads(text), "prompts.toml")


@dataclass(frozen=True, eq=False)
class MeasuredPrompts:
    """What a bundle knows of the prompts.

    `vectors` is N x D float32 of unit norm, one row for each of `ids`, all competing in one softmax
    of `logit_scale * cosine`. `thresholds` are the probabilities, within 0..1 and neither end,
    from which a label is to be believed, for those labels alone that were measured. Raises
    ValueError where these do not agree.
    """

    ids: tuple[str, ...]
    vectors: NDArray[np.float32]
    logit_scale: float
    thresholds: Mapping[str, float]

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.ids) != self.vectors.shape[0]:
            raise ValueError(f"{len(self.ids)} labels for vectors of {self.vectors.shape}")
        for label, threshold in self.thresholds.items():
            if label not in self.ids:
                raise ValueError(f"the label {label} has no embedding")
            if not 0.0 < threshold < 1.0:
                raise ValueError(f"the threshold of {label} is {threshold}, not within 0..1")


class PromptDetector:
    """Scores pictures against measured prompts; `version` names the bundle that they are of.

    A score of 0.5 is the probability from which the bundle's calibration believes the label, so
    that a policy's thresholds mean the same with every bundle. A detection has no box, for an
    embedding speaks of the whole picture.
    """

    name = "prompts"

    def __init__(self, prompts: MeasuredPrompts, version: str) -> None:
        self._prompts = prompts
        self.version = version

    def detect_pictures(self, pictures: Sequence[Picture]) -> list[tuple[Detection, ...]]:
        """What the embedding of each picture says, best first, in the order given.

        Raises DetectorError where a picture has no embedding, or none that is finite and of the
        prompts' length.
        """
        if not pictures:
            return []
        rows = np.stack([self._checked(picture.embedding) for picture in pictures])
        return [self._detections(found) for found in self.score(self.measure(rows))]

    def measure(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """Cosines, M x N in -1..1, of M unit-norm embeddings (M x D) with the N prompts."""
        cosines = embeddings.astype(np.float64) @ self._prompts.vectors.T.astype(np.float64)
        return np.clip(cosines, -1.0, 1.0)

    def score(self, cosines: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities, M x N: the softmax of each row over all prompts."""
        logits = self._prompts.logit_scale * cosines
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def _detections(self, probabilities: NDArray[np.float64]) -> tuple[Detection, ...]:
        by_label = dict(zip(self._prompts.ids, probabilities.tolist(), strict=True))
        found = [
            Detection(label, score, None, self.name, f"A probability of {by_label[label]:.4f}.")
            for label, threshold in self._prompts.thresholds.items()
            if (score := round(relative(by_label[label], threshold), 4)) >= FLOOR
        ]
        return tuple(sorted(found, key=lambda one: -one.score))

    def _checked(self, embedding: Embedding | None) -> Embedding:
        if embedding is None:
            raise DetectorError("there is no embedding of it")
        if embedding.shape != self._prompts.vectors.shape[1:] or not np.isfinite(embedding).all():
            raise DetectorError(f"an embedding of shape {embedding.shape}, or not finite")
        return embedding


def relative(probability: float, threshold: float) -> float:
    """A probability as a score of 0..1 that rises with it and is 0.5 at `threshold`: linear below
    it and above it."""
    if probability < threshold:
        return 0.5 * probability / threshold
    return min(1.0, 0.5 + 0.5 * (probability - threshold) / (1.0 - threshold))
