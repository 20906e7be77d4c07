"""Embeddings of photos as a Parquet file, for search and for training outside Vitrine.

One row a photo that could be read:

| column | type |
| --- | --- |
| `listing_id` | string |
| `photo` | int32, the photo's place in its listing, from 0 |
| `source` | string or null, the photo's name as in the record |
| `sha256` | string, of the photo's bytes, in hexadecimal |
| `embedding` | fixed-size list of D float16, of unit norm |

The file's metadata names the bundle: `vitrine.bundle`, `vitrine.version`, `vitrine.sha256`,
`vitrine.dimension`. Embeddings of different bundles cannot be compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

NORM_TOLERANCE = 0.01
BATCH_ROWS = 8192
_PREFIX = "vitrine."
_TEXT_KEYS = ("bundle", "version", "sha256")


class EmbeddingsFileError(Exception):
    """A file of embeddings cannot be read; the message starts with its path."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True)
class EmbeddingsHeader:
    """Whose embeddings they are: the bundle's name, version and SHA-256, and D, their length."""

    bundle: str
    version: str
    sha256: str
    dimension: int


@dataclass(frozen=True, eq=False)
class PhotoEmbedding:
    """One photo's row; `vector` is D floats of unit norm."""

    listing_id: str
    photo: int
    source: str | None
    sha256: str
    vector: NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class EmbeddingsBatch:
    """Some rows of a file: `photos` is N int32, `vectors` N x D float32, rows of unit norm."""

    listing_ids: tuple[str, ...]
    photos: NDArray[np.int32]
    sources: tuple[str | None, ...]
    sha256s: tuple[str, ...]
    vectors: NDArray[np.float32]


class EmbeddingsWriter:
    """Writes a file; a context manager, at whose end the file is whole.

    Raises OSError where the file cannot be written.
    """

    def __init__(self, path: Path, header: EmbeddingsHeader) -> None:
        self._dimension = header.dimension
        self._schema = _schema(header)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, rows: Sequence[PhotoEmbedding]) -> None:
        """Adds rows, as one row group. Raises ValueError for a vector not of D, or of unit norm."""
        if not rows:
            return
        for row in rows:
            self._check(row)
        flat = np.concatenate([row.vector for row in rows]).astype(np.float16)
        columns = [
            pa.array([row.listing_id for row in rows], pa.string()),
            pa.array([row.photo for row in rows], pa.int32()),
            pa.array([row.source for row in rows], pa.string()),
            pa.array([row.sha256 for row in rows], pa.string()),
            pa.FixedSizeListArray.from_arrays(pa.array(flat), self._dimension),
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))

    def close(self) -> None:
        """Ends the file."""
        self._writer.close()

    def _check(self, row: PhotoEmbedding) -> None:
        if row.vector.shape != (self._dimension,):
            raise ValueError(f"a vector of shape {row.vector.shape}, not ({self._dimension},)")
        norm = float(np.linalg.norm(row.vector.astype(np.float64)))
        if not abs(norm - 1) <= NORM_TOLERANCE:
            raise ValueError(f"a vector of norm {norm}, not 1")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def read_header(path: Path) -> EmbeddingsHeader:
    """Whose embeddings a file holds. Raises EmbeddingsFileError where it is no such file."""
    with _opened(path) as file:
        return _header(path, file.schema_arrow)


def read_embeddings(path: Path, batch_rows: int = BATCH_ROWS) -> Iterator[EmbeddingsBatch]:
    """The rows of a file, streamed; vectors are brought back to a norm of exactly 1.

    Raises EmbeddingsFileError for a file that is missing, damaged, or not one of embeddings.
    """
    with _opened(path) as file:
        header = _header(path, file.schema_arrow)
        try:
            for batch in file.iter_batches(batch_size=batch_rows):
                yield _batch(batch, header.dimension)
        except (OSError, pa.ArrowException) as error:
            raise EmbeddingsFileError(path, f"cannot be read: {error}") from error


def _schema(header: EmbeddingsHeader) -> pa.Schema:
    facts = {
        "bundle": header.bundle,
        "version": header.version,
        "sha256": header.sha256,
        "dimension": str(header.dimension),
    }
    return pa.schema(
        [
            pa.field("listing_id", pa.string(), nullable=False),
            pa.field("photo", pa.int32(), nullable=False),
            pa.field("source", pa.string()),
            pa.field("sha256", pa.string(), nullable=False),
            pa.field("embedding", pa.list_(pa.float16(), header.dimension), nullable=False),
        ],
        {_PREFIX + key: value for key, value in facts.items()},
    )


def _opened(path: Path) -> Any:
    try:
        return pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise EmbeddingsFileError(path, f"cannot be read: {error}") from error


def _header(path: Path, schema: pa.Schema) -> EmbeddingsHeader:
    metadata = schema.metadata or {}
    try:
        facts = {key: metadata[f"{_PREFIX}{key}".encode()].decode() for key in _TEXT_KEYS}
        dimension = int(metadata[f"{_PREFIX}dimension".encode()])
    except (KeyError, ValueError) as error:
        raise EmbeddingsFileError(path, "not a file of Vitrine's embeddings") from error
    header = EmbeddingsHeader(**facts, dimension=dimension)
    if schema.remove_metadata() != _schema(header).remove_metadata():
        raise EmbeddingsFileError(path, "its columns are not those of Vitrine's embeddings")
    return header


def _batch(batch: pa.RecordBatch, dimension: int) -> EmbeddingsBatch:
    flat = batch.column("embedding").flatten().to_numpy(zero_copy_only=False)
    vectors = flat.astype(np.float32).reshape(-1, dimension)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return EmbeddingsBatch(
        tuple(batch.column("listing_id").to_pylist()),
        batch.column("photo").to_numpy(),
        tuple(batch.column("source").to_pylist()),
        tuple(batch.column("sha256").to_pylist()),
        vectors,
    )
