"""The files of a shard's records: JSON lines, plain or compressed, or Parquet.

The Parquet schema is stable: columns may be added at its end, none is changed or removed.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from vision.backfill.options import OutputForm
from vision.backfill.row import Row

SCHEMA = pa.schema(
    [
        pa.field("listing_id", pa.string(), nullable=False),
        pa.field("record", pa.string(), nullable=False),
        pa.field("category", pa.string()),
        pa.field("verdict", pa.string(), nullable=False),
        pa.field("mature", pa.bool_(), nullable=False),
        pa.field("primary_color", pa.string()),
        pa.field("quality_score", pa.int32()),
        pa.field("photo_count", pa.int32(), nullable=False),
        pa.field("error_count", pa.int32(), nullable=False),
    ]
)
"""`record` is the whole record as JSON; the others repeat parts of it for queries."""

_VALUES: dict[str, Callable[[Row], object]] = {
    "listing_id": lambda row: row.listing_id,
    "record": lambda row: row.record.decode(),
    "category": lambda row: row.category,
    "verdict": lambda row: row.verdict,
    "mature": lambda row: row.mature,
    "primary_color": lambda row: row.primary_color,
    "quality_score": lambda row: row.quality_score,
    "photo_count": lambda row: row.photos,
    "error_count": lambda row: row.failed,
}

_QUERIED = [name for name in SCHEMA.names if name != "record"]
"""Columns with statistics. Those of `record` would be whole records, uncompressed."""


def write_part(path: Path, rows: Sequence[Row], form: OutputForm) -> None:
    """Writes a shard's records to `path`, the same bytes for the same rows.

    Raises OSError where the file cannot be written.
    """
    if form.format == "parquet":
        columns = [pa.array([_VALUES[one.name](row) for row in rows], one.type) for one in SCHEMA]
        table = pa.Table.from_arrays(columns, schema=SCHEMA)
        pq.write_table(table, path, compression="zstd", write_statistics=_QUERIED)
        return
    with _stream(path, form) as stream:
        for row in rows:
            stream.write(row.record + b"\n")


def _stream(path: Path, form: OutputForm) -> AbstractContextManager[BinaryIO]:
    if form.compress is None:
        return path.open("wb")
    return cast("AbstractContextManager[BinaryIO]", pa.CompressedOutputStream(str(path), "zstd"))
