"""An approximate index over a table's vectors, kept in the user's cache beside its file's hash.

Hierarchical navigable small worlds (Malkov and Yashunin, 2016), by usearch: the vectors stay in
half precision, and a saved index is mapped into memory, not read.
"""

import os
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import platformdirs
from numpy.typing import NDArray

from vision.similar.errors import SimilarError
from vision.similar.table import EmbeddingsTable

EXACT_BELOW = 50_000
"""Fewer vectors are compared one by one: that takes a few milliseconds, and misses nothing."""

CONNECTIVITY, EXPANSION_BUILD, EXPANSION_SEARCH = 32, 256, 256
"""HNSW's M, efConstruction and ef; `benchmarks/similar_recall.py` measures what they give."""


class Index(Protocol):
    """Finds the rows whose vectors are nearest."""

    def nearest(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """About the `count` nearest rows by cosine, in any order."""


class ExactIndex:
    """Compares with every row."""

    def __init__(self, vectors: NDArray[np.float16]) -> None:
        self._vectors = vectors.astype(np.float32)

    def nearest(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """Exactly the `count` nearest rows."""
        cosines = self._vectors @ vector
        if count >= len(cosines):
            return np.arange(len(cosines))
        return np.argpartition(-cosines, count)[:count]


class ApproximateIndex:
    """usearch's HNSW graph."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph

    def nearest(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """Nearly always the `count` nearest rows; see `docs/similar.md` for how nearly."""
        found = self._graph.search(vector.astype(np.float16), count)
        return np.asarray(found.keys, np.int64)


def open_index(table: EmbeddingsTable, cache: Path | None = None, threads: int = 0) -> Index:
    """The index of a table: exact where it is small, else from the cache, or built into it.

    `cache` is a folder, by default in the user's cache directory; `threads` of 0 are all cores.
    Raises SimilarError where the extra `similar` is not installed, OSError where the index cannot
    be saved.
    """
    if len(table) < EXACT_BELOW:
        return ExactIndex(table.vectors)
    folder = cache or platformdirs.user_cache_path("vitrine") / "similar"
    name = f"{table.sha256}-{CONNECTIVITY}-{EXPANSION_BUILD}.usearch"
    return ApproximateIndex(_graph(table, folder / name, threads))


def _graph(table: EmbeddingsTable, path: Path, threads: int) -> Any:
    graph = _empty(table.header.dimension)
    if path.is_file():
        try:
            graph.view(str(path))
        except RuntimeError:  # cut off, or of another version of usearch
            graph = _empty(table.header.dimension)
        if len(graph) == len(table):
            return graph
        graph = _empty(table.header.dimension)
    graph.add(np.arange(len(table)), table.vectors, threads=threads)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.partial")
    graph.save(str(aside))
    aside.replace(path)
    return graph


def _empty(dimension: int) -> Any:
    try:
        from usearch.index import Index as Graph
    except ModuleNotFoundError as error:
        raise SimilarError(
            f"so many embeddings need an index ({error.name} is missing): "
            "pip install 'vitrine[similar]'"
        ) from error
    return Graph(
        ndim=dimension,
        metric="cos",
        dtype="f16",
        connectivity=CONNECTIVITY,
        expansion_add=EXPANSION_BUILD,
        expansion_search=EXPANSION_SEARCH,
    )
