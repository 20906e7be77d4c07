"""Labelled photos from Parquet files, a batch at a time."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vision.evaluation.errors import EvaluationError

BATCH_ROWS = 64
ID, IMAGE, SPLIT = "id", "image", "split"
SHOWN_SPLITS = 8
UNREADABLE = (OSError, ValueError, OverflowError, pa.ArrowException)
"""What pyarrow raises for files that are missing or damaged, and for values Python cannot hold."""


@dataclass(frozen=True, eq=False)
class LabelledPhoto:
    """One row: its number from 0, its id, the image file's bytes, and label values by column.

    A label that is null is the empty string; other types are as Python writes them.
    """

    row: int
    id: str
    image: bytes
    labels: Mapping[str, str]


def column_names(path: Path) -> tuple[str, ...]:
    """The names of a file's columns.

    Raises `EvaluationError` where it cannot be read or has no column `image` of bytes.
    """
    schema = _schema(path)
    if IMAGE not in schema.names or not _is_bytes(schema.field(IMAGE).type):
        raise EvaluationError(path, f"has no column '{IMAGE}' of image files' bytes")
    return tuple(schema.names)


def select_rows(path: Path, split: str | None, limit: int | None) -> list[int]:
    """The numbers of the rows to evaluate: those of `split`, at most `limit`, evenly spread.

    Raises `EvaluationError` where there is none, or the file is damaged.
    """
    rows = range(_row_count(path)) if split is None else _rows_of_split(path, split)
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[place * len(rows) // limit] for place in range(limit)]


def read_rows(
    path: Path, rows: Collection[int], labels: Sequence[str] = ()
) -> Iterator[LabelledPhoto]:
    """The photos of the rows numbered, in file order, with the label columns named.

    At most `BATCH_ROWS` are held. Raises `EvaluationError` where the file is damaged.
    """
    wanted = frozenset(rows)
    place = 0
    try:
        with pq.ParquetFile(path) as file:
            given_ids = ID in file.schema_arrow.names
            columns = [IMAGE, *labels, *([ID] if given_ids else [])]
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=columns):
                taken = [i for i in range(batch.num_rows) if place + i in wanted]
                values = batch.take(pa.array(taken, pa.int64())).to_pylist() if taken else []
                for offset, row in zip(taken, values, strict=True):
                    yield _photo(place + offset, row, labels)
                place += batch.num_rows
    except UNREADABLE as error:
        raise EvaluationError(path, f"cannot be read after row {place}: {error}") from error


def _photo(place: int, row: Mapping[str, Any], labels: Sequence[str]) -> LabelledPhoto:
    texts = {name: _text(row[name]) for name in labels}
    return LabelledPhoto(place, _text(row.get(ID)) or str(place), row[IMAGE] or b"", texts)


def _row_count(path: Path) -> int:
    try:
        with pq.ParquetFile(path) as file:
            count: int = file.metadata.num_rows
    except UNREADABLE as error:
        raise EvaluationError(path, f"cannot be read: {error}") from error
    if not count:
        raise EvaluationError(path, "has no photos")
    return count


def _rows_of_split(path: Path, split: str) -> list[int]:
    if SPLIT not in _schema(path).names:
        raise EvaluationError(path, f"has no column '{SPLIT}' to find '{split}' in")
    try:
        values = [_text(one) for one in pq.read_table(path, columns=[SPLIT])[SPLIT].to_pylist()]
    except UNREADABLE as error:
        raise EvaluationError(path, f"cannot be read: {error}") from error
    rows = [row for row, value in enumerate(values) if value == split]
    if not rows:
        found = ", ".join(f"'{name}'" for name, _ in Counter(values).most_common(SHOWN_SPLITS))
        raise EvaluationError(path, f"no photo is of the split '{split}'; it has {found or 'none'}")
    return rows


def _schema(path: Path) -> Any:
    try:
        return pq.read_schema(path)
    except UNREADABLE as error:
        raise EvaluationError(path, f"is not readable as Parquet: {error}") from error


def _is_bytes(kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
