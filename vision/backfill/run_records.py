"""The records of a run, read back from its shards one after the other, in any of their forms."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vision.backfill.errors import BackfillError
from vision.backfill.layout import RUN, part_files
from vision.backfill.run_file import RunFile, read_run

BATCH_ROWS = 256


def run_facts(folder: Path) -> RunFile:
    """What `_run.json` says. Raises BackfillError where the folder holds no run."""
    run = read_run(folder) if folder.is_dir() else None
    if run is None:
        raise BackfillError(f"{folder}: no run is here: there is no {RUN}")
    return run


def read_records(folder: Path) -> Iterator[dict[str, Any]]:
    """Every record of a run as JSON values, in the input's order; one batch is held at a time.

    Raises BackfillError naming the file, and the line or row, for what is no record.
    """
    for path in part_files(folder):
        for place, text in _texts(path):
            yield _record(path, place, text)


def _record(path: Path, place: int, text: str | bytes) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BackfillError(f"{path}:{place}: not JSON: {error}") from error
    if not isinstance(record, dict) or not isinstance(record.get("listing_id"), str):
        raise BackfillError(f"{path}:{place}: not a record: it has no listing_id")
    return record


def _texts(path: Path) -> Iterator[tuple[int, str | bytes]]:
    try:
        if path.suffix == ".parquet":
            yield from enumerate(_parquet_texts(path), 1)
        else:
            yield from enumerate(_lines(path), 1)
    except (OSError, pa.ArrowException) as error:
        raise BackfillError(f"{path}: cannot be read: {error}") from error


def _lines(path: Path) -> Iterator[bytes]:
    if path.suffix == ".zst":
        with (
            pa.input_stream(str(path), compression="zstd") as stream,
            io.BufferedReader(stream) as lines,
        ):
            yield from lines
    else:
        with path.open("rb") as lines:
            yield from lines


def _parquet_texts(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=["record"]):
            yield from batch.column(0).to_pylist()
