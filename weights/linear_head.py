"""A linear head in a bundle: a matrix learned from labelled photos, in place of text embeddings.

Each head is two files in the bundle's folder `heads`, named after the label set without `facet.`:
`<name>.safetensors`, the float32 matrix `rows` (N x D) with its N label ids as a JSON list in the
metadata; and `<name>.json`, which says what it was learned from and for which network
(`HeadFacts`). The logits of a photo are its unit-norm embedding times the rows, times the logit
scale of the set's calibration: a multinomial logistic regression without intercept, whose
coefficients were divided by the greatest norm among them. So a head is read by the same code as
text embeddings.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from weights.calibration import SetEntry
from weights.errors import BundleCorruptError
from weights.labels import FloatArray, LabelMatrix

HEADS = "heads"
ROWS, LABELS = "rows", "labels"
FORMAT = 1
MOST_NORM = 1.0 + 1e-5

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class HeadFacts(BaseModel):
    """What a head is: `<name>.json`.

    `network` is the SHA-256 of the network's weights whose embeddings it reads. `trained_on` says
    in words which photos it was fitted on, `photos` how many of each label, `left_out` which label
    values were not used and why; `kept` labels that no photo teaches have their text embeddings'
    rows. `strength` is scikit-learn's C, and `share` how far the rows are learned rather than those
    of zero-shot, 0..1. `measured` are figures of photos
    judged by what was fitted without them, and `zero_shot` those of the text embeddings on the same
    photos. `replaced` is the calibration of those, for whoever reads the text embeddings still.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    format: int = FORMAT
    label_set: str
    network: str
    dimension: int = Field(ge=1)
    trained_on: str
    photos: Mapping[str, int]
    left_out: Mapping[str, str] = Field(default_factory=dict)
    kept: int = Field(default=0, ge=0)
    strength: float = Field(gt=0.0)
    share: Share = 1.0
    measured: Mapping[str, float] = Field(default_factory=dict)
    zero_shot: Mapping[str, float] = Field(default_factory=dict)
    replaced: SetEntry | None = None


@dataclass(frozen=True, eq=False)
class LinearHead:
    """The rows of a head, N x D float32, none longer than 1, and what is known of it."""

    matrix: LabelMatrix
    facts: HeadFacts

    def save(self, folder: Path) -> None:
        """Writes both files into `folder`, which exists: the same head gives the same bytes."""
        name = head_name(self.facts.label_set)
        metadata = {LABELS: json.dumps(self.matrix.ids)}
        rows = np.ascontiguousarray(self.matrix.vectors, np.float32)
        (folder / f"{name}.safetensors").write_bytes(save({ROWS: rows}, metadata=metadata))
        text = f"{self.facts.model_dump_json(indent=1)}\n"
        (folder / f"{name}.json").write_text(text, "utf-8", newline="\n")


def head_name(label_set: str) -> str:
    """The name of a label set's head: `category`, or the facet's."""
    return label_set.removeprefix("facet.")


def head_files(label_set: str) -> tuple[str, str]:
    """The names in a bundle of the two files of a label set's head."""
    name = head_name(label_set)
    return f"{HEADS}/{name}.safetensors", f"{HEADS}/{name}.json"


def load_heads(folder: Path, stated: Mapping[str, str], network: str) -> dict[str, LinearHead]:
    """The heads among a bundle's stated files, by label set.

    `network` is the SHA-256 of the bundle's network weights. Raises `BundleCorruptError` where a
    head cannot be read, is not whole, or was made for another network.
    """
    paths = [folder / name for name in sorted(stated) if is_head(name)]
    heads = {}
    for path in paths:
        head = _load(path)
        if head.facts.network != network:
            raise BundleCorruptError(f"{path} is the head of another network than the bundle's")
        heads[head.facts.label_set] = head
    return heads


def is_head(name: str) -> bool:
    """Whether a file of a bundle is the matrix of a linear head."""
    folder, _, file = name.partition("/")
    return folder == HEADS and file.endswith(".safetensors") and not file.endswith(NETWORK_HEAD)


NETWORK_HEAD = ".mlp.safetensors"
"""How the names of heads end that are small networks, not linear: see `weights.attached_head`."""


def _load(path: Path) -> LinearHead:
    try:
        facts = HeadFacts.model_validate_json(path.with_suffix(".json").read_bytes())
        with safe_open(path, framework="numpy") as stored:
            ids = tuple(json.loads((stored.metadata() or {})[LABELS]))
            rows: FloatArray = stored.get_tensor(ROWS).astype(np.float32)
        matrix = LabelMatrix(ids, rows)
        _check(facts, matrix, path)
    except (SafetensorError, ValidationError, OSError, KeyError, TypeError, ValueError) as error:
        raise BundleCorruptError(f"{path} cannot be read: {error}") from error
    return LinearHead(matrix, facts)


def _check(facts: HeadFacts, matrix: LabelMatrix, path: Path) -> None:
    if facts.format != FORMAT:
        raise ValueError(f"its format is {facts.format}; this version of Vitrine reads {FORMAT}")
    if head_name(facts.label_set) != path.stem:
        raise ValueError(f"it is the head of '{facts.label_set}'")
    if matrix.vectors.shape[1] != facts.dimension:
        raise ValueError(f"rows of {matrix.vectors.shape[1]} numbers, not {facts.dimension}")
    norms = np.linalg.norm(matrix.vectors, axis=1)
    if not (np.isfinite(norms).all() and (norms <= MOST_NORM).all()):
        raise ValueError("a row is longer than 1, or not finite")
