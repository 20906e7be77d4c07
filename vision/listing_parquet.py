"""Rows of a Parquet manifest as plain Python values."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vision.listing_error import ListingError
from vision.listing_manifest import check_columns

BATCH_ROWS = 1024


def parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows with their numbers from 1, streamed in batches of `BATCH_ROWS`.

    Times finer than a microsecond are cut to one, the finest that Python's own types hold. Raises
    ListingError for a file that is not Parquet or lacks a column, and for a row that is damaged or
    holds a value (a year beyond 9999, text that is not UTF-8) that Python cannot.
    """
    place = 0
    try:
        with pq.ParquetFile(path) as file:
            check_columns(file.schema_arrow.names, path, None)
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                for values in _batch_values(batch, path, place):
                    place += 1
                    yield place, values
    except (OSError, pa.ArrowException) as error:
        line = place + 1 if place else None
        raise ListingError(f"not readable as Parquet: {error}", path, line, "row") from error


def _batch_values(batch: pa.RecordBatch, path: Path, before: int) -> list[dict[str, Any]]:
    batch = _in_microseconds(batch)
    try:
        return batch.to_pylist()  # type: ignore[no-any-return]
    except (ValueError, OverflowError):
        return [_row_values(batch.slice(i, 1), path, before + i + 1) for i in range(batch.num_rows)]


def _row_values(row: pa.RecordBatch, path: Path, place: int) -> dict[str, Any]:
    try:
        return row.to_pylist()[0]  # type: ignore[no-any-return]
    except (ValueError, OverflowError) as error:
        raise ListingError(f"a value cannot be read: {error}", path, place, "row") from error


def _in_microseconds(batch: pa.RecordBatch) -> pa.RecordBatch:
    types = [_microseconds(field.type) for field in batch.schema]
    if types == batch.schema.types:
        return batch
    columns = [column.cast(t, safe=False) for column, t in zip(batch.columns, types, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _microseconds(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    if pa.types.is_time64(kind) and kind.unit == "ns":
        return pa.time64("us")
    return kind
