"""Shards as files: every form holds the same records, whole or not at all."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vision.backfill.layout import part_files
from vision.backfill.options import OutputForm
from vision.backfill.plan import Shard
from vision.backfill.row import Row
from vision.backfill.shard_writer import ShardWriter
from vision.embeddings_file import EmbeddingsHeader, PhotoEmbedding, read_embeddings

HEADER = EmbeddingsHeader("tiny", "2", "ab" * 32, 4)
VECTOR = np.eye(4, dtype=np.float16)[1]
SHARD = Shard(7, (), "digest")
ROWS = [
    Row("mug", b'{"a":"\xc3\xa9"}', "home.mugs", "clear", False, "White", 80, (None, "empty"))
    if i
    else Row(
        "cup",
        b'{"a":1}',
        None,
        "review",
        True,
        None,
        None,
        ("corrupt", None, "empty"),
        1,
        (PhotoEmbedding("cup", 1, "cup.jpg", "0" * 64, VECTOR),),
    )
    for i in range(2)
]
FORMS = [OutputForm(), OutputForm(compress="zstd"), OutputForm("parquet", "zstd")]


def records_in(path: Path) -> list[bytes]:
    if path.suffix == ".parquet":
        return [text.encode() for text in pq.read_table(path)["record"].to_pylist()]
    if path.suffix == ".zst":
        with pa.CompressedInputStream(str(path), "zstd") as stream:
            return bytes(stream.read()).splitlines()
    return path.read_bytes().splitlines()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_every_record_in_order(tmp_path: Path, form: OutputForm) -> None:
    summary = ShardWriter(tmp_path, form, HEADER).write(SHARD, ROWS)
    (path,) = tmp_path.iterdir()
    assert records_in(path) == [row.record for row in ROWS]
    assert summary.files == {path.name: path.stat().st_size}
    assert (summary.index, summary.digest, summary.listings) == (7, "digest", 2)
    assert (summary.photos, summary.failed, summary.incomplete) == (5, 3, 1)
    assert summary.errors == {"corrupt": 1, "empty": 2}
    assert summary.verdicts == {"clear": 1, "review": 1}


def test_the_parquet_columns_are_those_that_are_documented(tmp_path: Path) -> None:
    ShardWriter(tmp_path, OutputForm("parquet"), HEADER).write(SHARD, ROWS)
    table = pq.read_table(tmp_path / "part-00007.parquet")
    assert [(field.name, str(field.type)) for field in table.schema] == [
        ("listing_id", "string"),
        ("record", "string"),
        ("category", "string"),
        ("verdict", "string"),
        ("mature", "bool"),
        ("primary_color", "string"),
        ("quality_score", "int32"),
        ("photo_count", "int32"),
        ("error_count", "int32"),
    ]
    first, second = table.to_pylist()
    assert (first["category"], first["quality_score"], first["error_count"]) == (None, None, 2)
    assert (second["category"], second["primary_color"]) == ("home.mugs", "White")
    assert (second["photo_count"], second["error_count"], second["mature"]) == (2, 1, False)
    assert json.loads(second["record"]) == {"a": "é"}


def test_queries_can_skip_shards_and_records_are_not_kept_twice(tmp_path: Path) -> None:
    ShardWriter(tmp_path, OutputForm("parquet"), HEADER).write(SHARD, ROWS)
    group = pq.ParquetFile(tmp_path / "part-00007.parquet").metadata.row_group(0)
    columns = [group.column(i) for i in range(group.num_columns)]
    assert [c.path_in_schema for c in columns if not c.is_stats_set] == ["record"]


def test_embeddings_are_written_beside_for_the_photos_that_have_one(tmp_path: Path) -> None:
    ShardWriter(tmp_path, OutputForm(embeddings=True), HEADER).write(SHARD, ROWS)
    (batch,) = read_embeddings(tmp_path / "embeddings-00007.parquet")
    assert (batch.listing_ids, batch.sources, list(batch.photos)) == (("cup",), ("cup.jpg",), [1])


@pytest.mark.parametrize("form", FORMS)
def test_a_shard_written_again_replaces_itself_with_the_same_bytes(
    tmp_path: Path, form: OutputForm
) -> None:
    writer = ShardWriter(tmp_path, form, HEADER)
    writer.write(SHARD, ROWS)
    (path,) = tmp_path.iterdir()
    before = path.read_bytes()
    writer.write(SHARD, ROWS)
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [before]


def test_what_cannot_be_written_whole_leaves_nothing(tmp_path: Path) -> None:
    wrong = Row("x", b"{}", None, "clear", False, None, None, (), 0, ROWS[0].embeddings)
    header = EmbeddingsHeader("tiny", "2", "ab" * 32, 5)
    with pytest.raises(ValueError, match="shape"):
        ShardWriter(tmp_path, OutputForm(embeddings=True), header).write(SHARD, [wrong])
    assert list(tmp_path.iterdir()) == []


def test_parts_are_found_in_the_inputs_order(tmp_path: Path) -> None:
    names = ["part-00002.jsonl", "part-100000.jsonl", "part-99999.jsonl.zst", "part-00010.parquet"]
    for name in (*names, "part-00001.jsonl.partial", "embeddings-00000.parquet", "_run.json"):
        (tmp_path / name).touch()
    assert [path.name for path in part_files(tmp_path)] == [names[0], names[3], names[2], names[1]]
