"""What an evaluation keeps of each photo for a calibration to be fitted: embedding and labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vision.evaluation.columns import LabelColumn
from vision.evaluation.judgement import Judgement
from vision.evaluation.measures import NONE, Ints
from weights.labels import FloatArray


@dataclass(frozen=True, eq=False)
class Samples:
    """N photos of one file: their embeddings, N x D float32 of unit norm, and their labels.

    `truths` holds for each of `columns`, by its name, the place of each photo's class, N int64;
    -1 where the photo has no known label.
    """

    embeddings: FloatArray
    columns: tuple[LabelColumn, ...]
    truths: Mapping[str, Ints]


def gather_samples(columns: Sequence[LabelColumn], judgements: Sequence[Judgement]) -> Samples:
    """The samples of the photos judged, in their order."""
    rows = [one.embedding for one in judgements]
    return Samples(
        np.stack(rows) if rows else np.zeros((0, 0), np.float32),
        tuple(columns),
        {column.name: _truths(column, judgements) for column in columns},
    )


def _truths(column: LabelColumn, judgements: Sequence[Judgement]) -> Ints:
    labels = [one.labels.get(column.name) for one in judgements]
    return np.array([NONE if one is None else one.truth for one in labels], np.int64)
