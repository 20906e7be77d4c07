"""The text embeddings of every label set, as one safetensors file.

Each set is a float16 tensor N x D; the file's metadata holds the N label ids as a JSON list under
the same name. Rows have unit norm again once read as float32.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from weights.errors import BundleCorruptError
from weights.labels import FloatArray, LabelMatrix


@dataclass(frozen=True)
class TextMatrix:
    """Label matrices by set name."""

    sets: Mapping[str, LabelMatrix]

    @classmethod
    def load(cls, path: Path) -> "TextMatrix":
        """Reads the file; raises `BundleCorruptError` where it is not whole."""
        sets: dict[str, LabelMatrix] = {}
        try:
            with safe_open(path, framework="numpy") as stored:
                metadata = stored.metadata() or {}
                for name in stored.keys():  # noqa: SIM118 - safe_open is not iterable
                    vectors = _unit_rows(stored.get_tensor(name).astype(np.float32))
                    sets[name] = LabelMatrix(tuple(json.loads(metadata[name])), vectors)
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            raise BundleCorruptError(f"{path} cannot be read: {error}") from error
        return cls(sets)

    def save(self, path: Path) -> None:
        """Writes the file: the same matrix gives the same bytes."""
        tensors = {name: matrix.vectors.astype(np.float16) for name, matrix in self.sets.items()}
        metadata = {name: json.dumps(matrix.ids) for name, matrix in self.sets.items()}
        path.write_bytes(_with_sorted_metadata(save(tensors, metadata=metadata)))


def _with_sorted_metadata(content: bytes) -> bytes:
    """safetensors writes the keys of its metadata in no fixed order."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[end:]


def _unit_rows(vectors: FloatArray) -> FloatArray:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(norms) & (norms > 0)).all():
        raise ValueError("a text embedding is zero or not finite")
    return np.asarray(vectors / norms)
