"""How a label's phrases become its text embedding: one definition, in training and in use."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np

from weights.labels import FloatArray

TEMPLATES = ("{}", "a photo of {}", "a product photo of {}", "{} for sale", "a picture of {}")


def in_templates(prompts: Sequence[str], templates: Sequence[str] = TEMPLATES) -> list[str]:
    """Every prompt in every template, prompt by prompt."""
    return [template.format(prompt) for prompt in prompts for template in templates]


def mean_directions(vectors: FloatArray, counts: Sequence[int]) -> FloatArray:
    """The mean direction of each group of rows, N x D float32 of unit norm.

    `vectors` is M x D float32; the first `counts[0]` rows are the first group's, and so on for N
    groups, M rows in all. This is the ensembling of prompts in embedding space of Radford et al.,
    "Learning Transferable Visual Models From Natural Language Supervision" (2021), 3.1.4.

    Raises ValueError where the counts do not sum to M, a group is empty, or its mean has no
    direction (it is zero or not finite).
    """
    if sum(counts) != len(vectors) or min(counts, default=1) < 1:
        raise ValueError(f"{len(vectors)} rows cannot be groups of {list(counts)}")
    bounds = pairwise(accumulate(counts, initial=0))
    means = [vectors[start:end].mean(axis=0, dtype=np.float64) for start, end in bounds]
    stacked = np.array(means).reshape(len(counts), vectors.shape[1])
    norms = np.linalg.norm(stacked, axis=1, keepdims=True)
    if not (np.isfinite(norms) & (norms > 0)).all():
        raise ValueError("a text embedding is zero or not finite")
    return np.asarray(stacked / norms, np.float32)
