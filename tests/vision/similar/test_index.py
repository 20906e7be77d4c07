"""The index: what it misses, where it is kept, and what becomes of a damaged one."""

from pathlib import Path

import numpy as np
import pytest

from tests.vision.similar.shops import clustered
from vision.embeddings_file import EmbeddingsHeader, EmbeddingsWriter, PhotoEmbedding
from vision.similar import index as index_module
from vision.similar.index import ApproximateIndex, ExactIndex, open_index
from vision.similar.table import EmbeddingsTable

pytest.importorskip("usearch", reason="the extra `similar`")

COUNT, DIMENSION = 3000, 32


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> EmbeddingsTable:
    path = tmp_path_factory.mktemp("shop") / "shop.parquet"
    header = EmbeddingsHeader("drawn", "1", "ab" * 32, DIMENSION)
    with EmbeddingsWriter(path, header) as writer:
        writer.write(
            [
                PhotoEmbedding(f"l{i}", 0, None, f"{i:064x}", vector)
                for i, vector in enumerate(clustered(COUNT, DIMENSION, seed=1))
            ]
        )
    return EmbeddingsTable.load(path)


@pytest.fixture
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a quick table gets an index, as a large one does."""
    monkeypatch.setattr(index_module, "EXACT_BELOW", 100)


def test_a_small_table_is_searched_exactly(table: EmbeddingsTable, tmp_path: Path) -> None:
    index = open_index(table, tmp_path)
    assert isinstance(index, ExactIndex)
    query = clustered(1, DIMENSION, seed=2)[0]
    best = np.argsort(-(table.vectors.astype(np.float32) @ query))[:10]
    assert set(index.nearest(query, 10)) == set(best)
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("small_is_large")
def test_a_large_table_is_indexed_once_and_nearly_nothing_is_missed(
    table: EmbeddingsTable, tmp_path: Path
) -> None:
    built = open_index(table, tmp_path, threads=1)  # with more, each build is another
    (kept,) = tmp_path.iterdir()
    written = kept.stat().st_mtime_ns
    again = open_index(table, tmp_path)
    assert isinstance(again, ApproximateIndex)
    assert kept.stat().st_mtime_ns == written
    exact = ExactIndex(table.vectors)
    queries = clustered(200, DIMENSION, seed=1)
    for index in (built, again):
        hits = [len({*index.nearest(q, 10)} & {*exact.nearest(q, 10)}) for q in queries]
        assert sum(hits) / (10 * len(queries)) >= 0.99


@pytest.mark.usefixtures("small_is_large")
@pytest.mark.parametrize("content", [b"", b"not an index at all" * 100])
def test_a_damaged_index_is_built_again(
    table: EmbeddingsTable, tmp_path: Path, content: bytes
) -> None:
    open_index(table, tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(content)
    index = open_index(table, tmp_path)
    query = table.vectors[7].astype(np.float32)
    assert 7 in index.nearest(query, 5)
    assert kept.stat().st_size > len(content)
