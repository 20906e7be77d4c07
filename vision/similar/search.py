"""The search: nearest photos of a vector or of a listing, with exact cosines."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vision.embeddings_file import EmbeddingsHeader
from vision.similar.errors import OtherBundleError, SimilarError
from vision.similar.index import open_index
from vision.similar.table import EmbeddingsTable

SPARE = 32
"""Rows asked for beyond those wanted: some are left out, and the order is settled exactly."""


@dataclass(frozen=True)
class Match:
    """A photo of the file and its cosine with the query, in -1..1; 1 is the same direction.

    `same_photo`: its bytes are those of the query.
    """

    listing_id: str
    photo: int
    source: str | None
    sha256: str
    cosine: float
    same_photo: bool


class SimilarPhotos:
    """Searches a file of embeddings.

    Example:
        similar = SimilarPhotos(Path("shop.parquet"))
        for match in similar.to_listing("mug-17", top=5):
            print(match.listing_id, round(match.cosine, 3))

    `cache` is the folder that indexes are kept in, by default in the user's cache directory.
    Raises EmbeddingsFileError and what `open_index` raises.
    """

    def __init__(self, path: Path, *, cache: Path | None = None) -> None:
        self.table = EmbeddingsTable.load(path)
        self._index = open_index(self.table, cache)

    def to_vector(
        self,
        vector: NDArray[np.floating],
        made_with: EmbeddingsHeader,
        *,
        top: int = 10,
        sha256: str | None = None,
    ) -> list[Match]:
        """The `top` photos nearest to a vector, D floats of unit norm; the nearest first.

        `made_with` says which bundle embedded it, `sha256` which photo's it is. Of photos with the
        same bytes only the first in the file is given. Raises OtherBundleError where the file is of
        another bundle, ValueError for a vector of another length or a `top` below 1.
        """
        if made_with != self.table.header:
            raise OtherBundleError(self.table.header, made_with)
        return self._nearest(vector, top, sha256, frozenset())

    def to_listing(self, listing_id: str, *, top: int = 10) -> list[Match]:
        """The `top` photos of other listings nearest to any photo of this one, the nearest first.

        Raises SimilarError where the file has no such listing.
        """
        own = self.table.rows_of(listing_id)
        if not own:
            raise SimilarError(f"the file has no photo of a listing '{listing_id}'")
        found: dict[str, Match] = {}
        for row in own:
            vector, sha256 = self.table.vectors[row].astype(np.float32), self.table.place(row)[3]
            for match in self._nearest(vector, top, sha256, frozenset(own)):
                known = found.get(match.sha256)
                if known is None or match.cosine > known.cosine:
                    found[match.sha256] = match
        return _in_order(found.values())[:top]

    def _nearest(
        self, vector: NDArray[np.floating], top: int, sha256: str | None, without: frozenset[int]
    ) -> list[Match]:
        query = np.asarray(vector, np.float32)
        if query.shape != (self.table.header.dimension,) or top < 1:
            raise ValueError(f"a vector of shape {query.shape}, top={top}")
        matches: list[Match] = []
        count = top + len(without) + SPARE
        while True:
            rows = self._index.nearest(query, min(count, len(self.table)))
            matches = self._matches(query, rows, sha256, without)
            if len(matches) >= top or count >= len(self.table):
                return matches[:top]
            count *= 4

    def _matches(
        self,
        query: NDArray[np.float32],
        rows: NDArray[np.int64],
        sha256: str | None,
        without: frozenset[int],
    ) -> list[Match]:
        kept: dict[str, Match] = {}
        rows = np.sort(rows)
        cosines = self.table.vectors[rows].astype(np.float32) @ query
        for row, cosine in zip(rows.tolist(), cosines.tolist(), strict=True):
            if row in without:
                continue
            listing, photo, source, own = self.table.place(row)
            kept.setdefault(own, Match(listing, photo, source, own, cosine, own == sha256))
        return _in_order(kept.values())


def _in_order(matches: Iterable[Match]) -> list[Match]:
    return sorted(matches, key=lambda one: (-one.cosine, one.listing_id, one.photo))
