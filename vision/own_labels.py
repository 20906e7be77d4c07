"""A caller's own labels: read, embedded once by the bundle's text tower, ready to be looked for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from taggers import (
    OwnLabel,
    OwnLabelError,
    OwnLabelTagger,
    check_own_labels,
    load_own_labels,
)
from vision.encoder import Encoder
from weights.errors import BundleError
from weights.labels import FloatArray, LabelMatrix
from weights.prompts import in_templates, mean_directions

LABELS_A_BATCH = 128
CATEGORY = "category"


def read_own_labels(labels: Sequence[str | OwnLabel] | str | Path) -> tuple[OwnLabel, ...]:
    """The labels of a list, or of the file at a path.

    Raises `taggers.OwnLabelError` for a label that cannot be used, `taggers.DataFileError` for a
    file that cannot be read.
    """
    if isinstance(labels, str | Path):
        return load_own_labels(labels)
    return check_own_labels(labels)


def own_label_tagger(labels: Sequence[OwnLabel], encoder: Encoder) -> OwnLabelTagger:
    """A tagger of these labels, compared with the categories of the encoder's own bundle.

    Raises what `embed_own_labels` raises.
    """
    categories = encoder.bundle.text_label_sets[CATEGORY]
    return OwnLabelTagger(embed_own_labels(labels, encoder), categories)


def embed_own_labels(labels: Sequence[OwnLabel], encoder: Encoder) -> LabelMatrix:
    """The labels' text embeddings, made as those of the bundle's own labels were.

    Raises `taggers.OwnLabelError` for a label longer than the bundle's text tower reads, and
    `BundleError` where the tower gives an embedding without a direction.
    """
    parts = [np.zeros((0, encoder.dimension), np.float32)]
    for start in range(0, len(labels), LABELS_A_BATCH):
        parts.append(_embed(labels[start : start + LABELS_A_BATCH], encoder))
    return LabelMatrix(tuple(label.name for label in labels), np.concatenate(parts))


def _embed(labels: Sequence[OwnLabel], encoder: Encoder) -> FloatArray:
    phrases = [in_templates(label.phrases) for label in labels]
    for label, own in zip(labels, phrases, strict=True):
        if not all(encoder.reads_whole(own)):
            problem = f"'{label.name}' is longer than bundle '{encoder.bundle.name}' reads"
            raise OwnLabelError(label.place, problem)
    vectors = encoder.encode_texts([phrase for own in phrases for phrase in own])
    try:
        return mean_directions(vectors, [len(own) for own in phrases])
    except ValueError as error:
        raise BundleError(f"bundle '{encoder.bundle.name}': {error}") from error
