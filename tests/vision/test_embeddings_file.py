"""Files of embeddings: what is written is what is read, and nothing else passes for one."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.embeddings_file import (
    EmbeddingsFileError,
    EmbeddingsHeader,
    EmbeddingsWriter,
    PhotoEmbedding,
    read_embeddings,
    read_header,
)

HEADER = EmbeddingsHeader("tiny", "2", "ab" * 32, 8)


def rows(count: int, dimension: int = 8) -> list[PhotoEmbedding]:
    vectors = np.random.default_rng(count).normal(size=(count, dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [
        PhotoEmbedding(f"mug-{i // 2}", i % 2, f"{i}.jpg" if i % 3 else None, f"{i:064x}", vector)
        for i, vector in enumerate(vectors)
    ]


def write(path: Path, parts: list[list[PhotoEmbedding]]) -> Path:
    with EmbeddingsWriter(path, HEADER) as writer:
        for part in parts:
            writer.write(part)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embeddings")


@given(st.lists(st.integers(0, 9), max_size=4), st.integers(1, 12))
def test_every_row_comes_back_in_order_however_it_is_cut(
    folder: Path, sizes: list[int], batch_rows: int
) -> None:
    written = rows(sum(sizes))
    starts = np.cumsum([0, *sizes])
    parts = [written[start : start + size] for start, size in zip(starts, sizes, strict=False)]
    path = write(folder / "rows.parquet", parts)
    batches = list(read_embeddings(path, batch_rows))
    assert [i for batch in batches for i in batch.listing_ids] == [r.listing_id for r in written]
    assert [int(p) for batch in batches for p in batch.photos] == [r.photo for r in written]
    assert [s for batch in batches for s in batch.sources] == [r.source for r in written]
    assert [s for batch in batches for s in batch.sha256s] == [r.sha256 for r in written]
    for batch in batches:
        assert batch.vectors.dtype == np.float32
        assert np.linalg.norm(batch.vectors, axis=1) == pytest.approx(1.0, abs=1e-6)
    if written:
        vectors = np.concatenate([batch.vectors for batch in batches])
        cosines = (vectors * np.stack([row.vector for row in written])).sum(axis=1)
        assert cosines == pytest.approx(1.0, abs=1e-5)


def test_the_file_says_whose_embeddings_it_holds(tmp_path: Path) -> None:
    path = write(tmp_path / "e.parquet", [])
    assert read_header(path) == HEADER
    assert list(read_embeddings(path)) == []


def test_the_columns_are_those_that_are_documented(tmp_path: Path) -> None:
    schema = pq.read_schema(write(tmp_path / "e.parquet", [rows(3)]))
    assert [(field.name, str(field.type)) for field in schema] == [
        ("listing_id", "string"),
        ("photo", "int32"),
        ("source", "string"),
        ("sha256", "string"),
        ("embedding", "fixed_size_list<element: halffloat>[8]"),
    ]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write(tmp_path / name, [rows(20)]) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("vector", [np.ones(8), np.zeros(8), np.full(8, np.nan), np.eye(9)[0]])
def test_a_vector_that_is_no_embedding_is_not_written(tmp_path: Path, vector: object) -> None:
    row = PhotoEmbedding("mug", 0, None, "0" * 64, np.asarray(vector))
    with (
        EmbeddingsWriter(tmp_path / "e.parquet", HEADER) as writer,
        pytest.raises(ValueError, match="a vector of"),
    ):
        writer.write([row])


def test_what_is_no_file_of_embeddings_is_refused_by_name(tmp_path: Path) -> None:
    other, text = tmp_path / "other.parquet", tmp_path / "text.parquet"
    pq.write_table(pa.table({"listing_id": ["a"]}), other)
    text.write_text("listing_id,photo\n")
    real = pq.read_table(write(tmp_path / "e.parquet", [rows(3)]))
    pq.write_table(real.drop_columns(["sha256"]), lacking := tmp_path / "lacking.parquet")
    for path in (other, text, lacking, tmp_path / "missing.parquet"):
        with pytest.raises(EmbeddingsFileError, match=path.name):
            read_header(path)
        with pytest.raises(EmbeddingsFileError, match=path.name):
            list(read_embeddings(path))
