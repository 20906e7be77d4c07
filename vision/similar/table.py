"""A file of embeddings in memory: half-precision vectors, and whose they are."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vision.embeddings_file import EmbeddingsHeader, read_embeddings, read_header
from weights.bundle import file_sha256


@dataclass(frozen=True, eq=False)
class EmbeddingsTable:
    """N rows: `vectors` is N x D float16, rows of unit norm. `sha256` is that of the file.

    About 2 D + 150 bytes a photo: 0.7 GB for a million photos at D = 256.
    """

    header: EmbeddingsHeader
    sha256: str
    vectors: NDArray[np.float16]
    rows: pa.Table

    @classmethod
    def load(cls, path: Path) -> "EmbeddingsTable":
        """Reads a file. Raises EmbeddingsFileError where it is missing, damaged or another."""
        header = read_header(path)
        vectors = [np.zeros((0, header.dimension), np.float16)]
        tables = [_table((), np.zeros(0, np.int32), (), ())]
        for batch in read_embeddings(path):
            vectors.append(batch.vectors.astype(np.float16))
            tables.append(_table(batch.listing_ids, batch.photos, batch.sources, batch.sha256s))
        return cls(header, file_sha256(path), np.concatenate(vectors), pa.concat_tables(tables))

    def __len__(self) -> int:
        return len(self.vectors)

    def place(self, row: int) -> tuple[str, int, str | None, str]:
        """A row's listing id, the photo's place in the listing, its source and its SHA-256."""
        listing, photo, source, sha256 = (column[row].as_py() for column in self.rows.columns)
        return listing, photo, source, sha256

    def rows_of(self, listing_id: str) -> list[int]:
        """The rows of one listing's photos, in the file's order."""
        same = pa.compute.equal(self.rows["listing_id"], listing_id)
        return [int(row) for row in np.flatnonzero(same.to_numpy(zero_copy_only=False))]


def _table(
    listing_ids: tuple[str, ...],
    photos: NDArray[np.int32],
    sources: tuple[str | None, ...],
    sha256s: tuple[str, ...],
) -> pa.Table:
    columns = {
        "listing_id": pa.array(listing_ids, pa.string()),
        "photo": pa.array(photos, pa.int32()),
        "source": pa.array(sources, pa.string()),
        "sha256": pa.array(sha256s, pa.string()),
    }
    return pa.table(columns)
