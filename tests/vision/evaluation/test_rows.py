"""Rows of labelled photos: which are taken, and what is said of files that have none."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.vision.evaluation.photo_sets import furniture, shapes, write_set
from vision.evaluation.errors import EvaluationError
from vision.evaluation.rows import BATCH_ROWS, column_names, read_rows, select_rows


def test_a_split_takes_its_own_rows(tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet")
    assert select_rows(path, "validation", None) == [0, 3, 6, 9]
    assert select_rows(path, None, None) == list(range(12))


def test_a_limit_is_spread_over_the_file(tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet")
    assert select_rows(path, None, 4) == [0, 3, 6, 9]
    assert select_rows(path, "validation", 2) == [0, 6]
    assert select_rows(path, None, 100) == list(range(12))


def test_a_split_column_may_hold_anything(tmp_path: Path) -> None:
    days = [date(2024, 1, 1), None, date(2024, 1, 2)]
    path = write_set(tmp_path / "a.parquet", shapes(3), {"label": ["bed"] * 3, "split": days})
    assert select_rows(path, None, None) == [0, 1, 2]
    assert select_rows(path, "2024-01-02", None) == [2]


def test_an_unknown_split_is_refused_naming_those_there_are(tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet")
    with pytest.raises(EvaluationError, match="'test'; it has 'train', 'validation'"):
        select_rows(path, "test", None)
    without = write_set(tmp_path / "b.parquet", shapes(1), {"label": ["bed"]})
    with pytest.raises(EvaluationError, match="no column 'split'"):
        select_rows(without, "train", None)


def test_rows_are_read_in_file_order_across_batches(tmp_path: Path) -> None:
    count = BATCH_ROWS + 6
    labels = [str(place) for place in range(count)]
    path = write_set(tmp_path / "a.parquet", [b"x"] * count, {"label": labels})
    wanted = [1, BATCH_ROWS - 1, BATCH_ROWS, count - 1]
    photos = list(read_rows(path, wanted, ["label"]))
    assert [photo.row for photo in photos] == wanted
    assert [photo.id for photo in photos] == [f"photo-{row}" for row in wanted]
    assert [photo.labels["label"] for photo in photos] == [str(row) for row in wanted]


def test_labels_that_are_null_or_numbers_become_text(tmp_path: Path) -> None:
    columns = {"label": [None, "bed"], "size": [3, None]}
    path = write_set(tmp_path / "a.parquet", [None, b"x"], columns)
    first, second = read_rows(path, [0, 1], ["label", "size"])
    assert first.labels == {"label": "", "size": "3"}
    assert second.labels == {"label": "bed", "size": ""}
    assert first.image == b""


def test_a_photo_without_an_id_is_named_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"image": pa.array([b"x", b"y"], pa.binary())}), path)
    assert [photo.id for photo in read_rows(path, [0, 1])] == ["0", "1"]


def test_files_that_cannot_be_evaluated_are_named(tmp_path: Path) -> None:
    text = tmp_path / "text.parquet"
    text.write_text("no parquet")
    paths = tmp_path / "paths.parquet"
    pq.write_table(pa.table({"image": ["a.jpg"]}), paths)
    empty = tmp_path / "empty.parquet"
    pq.write_table(pa.table({"image": pa.array([], pa.binary())}), empty)
    for path in (text, paths, tmp_path / "missing.parquet"):
        with pytest.raises(EvaluationError, match=path.name):
            column_names(path)
    with pytest.raises(EvaluationError, match="no photos"):
        select_rows(empty, None, None)


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet")
    content = bytearray(path.read_bytes())
    content[4:400] = bytes(396)  # the first pages, not the index at the end
    path.write_bytes(content)
    with pytest.raises(EvaluationError, match="cannot be read"):
        list(read_rows(path, range(12), ["label"]))
