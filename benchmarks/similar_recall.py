"""How much of what is nearest the index of `vitrine similar` finds, and what it costs.

    python benchmarks/similar_recall.py [--count 100000] [--dimension 256] [EMBEDDINGS.parquet]

Without a file the vectors are drawn: clusters on the sphere, as the photos of a shop lie. Queries
are rows of the table, moved a little. Prints recall at 10 beside an exact search.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vision.embeddings_file import EmbeddingsHeader
from vision.similar.index import ExactIndex, open_index
from vision.similar.table import EmbeddingsTable

TOP, QUERIES = 10, 1000


def drawn(count: int, dimension: int, seed: int = 0) -> EmbeddingsTable:
    """A table of clustered unit vectors, its rows nameless."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(1, count // 100), dimension)).astype(np.float32)
    vectors = centres[rng.integers(len(centres), size=count)]
    vectors += 0.6 * rng.normal(size=vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    header = EmbeddingsHeader("drawn", "1", "0" * 64, dimension)
    return EmbeddingsTable(header, f"drawn-{count}", vectors.astype(np.float16), pa.table({}))


def moved(vectors: NDArray[np.float16], seed: int = 1) -> NDArray[np.float32]:
    """Some of the vectors, each moved by about 25 degrees."""
    rng = np.random.default_rng(seed)
    chosen = vectors[rng.choice(len(vectors), QUERIES)].astype(np.float32)
    noise = rng.normal(size=chosen.shape).astype(np.float32)
    chosen += 0.45 * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return np.asarray(chosen / np.linalg.norm(chosen, axis=1, keepdims=True), np.float32)


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--dimension", type=int, default=256)
    options = parser.parse_args()
    table = (
        EmbeddingsTable.load(options.file)
        if options.file
        else drawn(options.count, options.dimension)
    )
    queries, exact = moved(table.vectors), ExactIndex(table.vectors)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        open_index(table, Path(folder))
        built = time.perf_counter() - start
        start = time.perf_counter()
        index = open_index(table, Path(folder))
        opened = time.perf_counter() - start
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        found, search = _timed(index.nearest, queries)
        truth, scan = _timed(exact.nearest, queries)
    hits = [len({*a} & {*b}) for a, b in zip(found, truth, strict=True)]
    print(f"{len(table):,} vectors of {table.header.dimension}, {QUERIES} queries, top {TOP}")
    print(f"recall at {TOP}: {sum(hits) / (TOP * QUERIES):.4f}")
    print(f"a query: {search * 1e3:.2f} ms by the index, {scan * 1e3:.2f} ms exactly")
    print(f"built in {built:.1f} s, opened again in {opened * 1e3:.0f} ms, {size / 1e6:.0f} MB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak:.0f} MB")


def _timed(search, queries):  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    found = [search(query, TOP) for query in queries]
    return found, (time.perf_counter() - start) / len(queries)


if __name__ == "__main__":
    main()
