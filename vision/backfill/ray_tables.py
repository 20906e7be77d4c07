"""What travels between Ray's nodes: chunks of listings out, rows back, as Arrow tables.

Photos travel as their sources stand, paths and addresses mostly; their pixels never do. The schemas
are stated, not found out from values, so that a table with nothing but errors has the same columns.
"""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from vision.backfill.row import Row
from vision.embeddings_file import PhotoEmbedding
from vision.listing import Listing

_PLACE = (("shard", pa.int64()), ("digest", pa.string()), ("chunk", pa.int32()))

TASKS = pa.schema([*_PLACE, ("chunks", pa.int32()), ("listings", pa.large_binary())])
"""A row a chunk; `listings` is pickled."""

EMBEDDING = pa.struct(
    [
        ("photo", pa.int32()),
        ("source", pa.string()),
        ("sha256", pa.string()),
        ("vector", pa.list_(pa.float16())),
    ]
)
ROW = pa.struct(
    [
        ("listing_id", pa.string()),
        ("record", pa.large_binary()),
        ("category", pa.string()),
        ("verdict", pa.string()),
        ("mature", pa.bool_()),
        ("primary_color", pa.string()),
        ("quality_score", pa.int32()),
        ("errors", pa.list_(pa.string())),
        ("incomplete", pa.int32()),
        ("embeddings", pa.list_(EMBEDDING)),
    ]
)
RESULTS = pa.schema(
    [
        *_PLACE,
        ("chunks", pa.int32()),
        ("end", pa.string()),
        ("reason", pa.string()),
        ("notes", pa.list_(pa.string())),
        ("rows", pa.large_list(ROW)),
    ]
)
"""A row a chunk, as `Result` says."""

End = Literal["done", "skipped", "refused", "failed"]


@dataclass(frozen=True)
class Place:
    """Where a chunk belongs: its shard, how many chunks that has, and which of them this is.

    `shard` is -1 for what stands for the whole input.
    """

    shard: int
    digest: str
    chunk: int
    chunks: int


WHOLE_INPUT = Place(-1, "", 0, 0)


@dataclass(frozen=True, eq=False)
class Task:
    """A chunk to enrich; `fault` instead of its listings where the input cannot be read."""

    place: Place
    listings: tuple[Listing, ...] = ()
    fault: str = ""


@dataclass(frozen=True, eq=False)
class Result:
    """How a chunk ended: `done` with its rows; `skipped` as no further shard was to be begun.

    `refused` where an option is to blame, and `failed` for all else that must stop the run, for
    `reason`. `notes` are for people.
    """

    place: Place
    end: End
    rows: tuple[Row, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()


def task_table(task: Task) -> pa.Table:
    """A table of one task. Raises what pickling a photo's source raises."""
    listings = pickle.dumps((task.listings, task.fault), pickle.HIGHEST_PROTOCOL)
    return _table({**vars(task.place), "listings": listings}, TASKS)


def tasks_of(table: pa.Table) -> Iterator[Task]:
    """The tasks of a table."""
    for row in table.to_pylist():
        listings, fault = pickle.loads(row.pop("listings"))
        yield Task(Place(**row), listings, fault)


def result_table(results: list[Result]) -> pa.Table:
    """A table of results, in the same schema whatever they are."""
    return pa.Table.from_pylist([_result_values(result) for result in results], RESULTS)


def results_of(table: pa.Table) -> Iterator[Result]:
    """The results of a table."""
    for values in table.to_pylist():
        place = Place(**{one.name: values[one.name] for one in fields(Place)})
        rows = tuple(_row(row) for row in values["rows"])
        yield Result(place, values["end"], rows, values["reason"], tuple(values["notes"]))


def _table(values: dict[str, Any], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([values], schema)


def _result_values(result: Result) -> dict[str, Any]:
    return vars(result.place) | {
        "end": result.end,
        "reason": _text(result.reason),
        "notes": [_text(note) for note in result.notes],
        "rows": [_row_values(row) for row in result.rows],
    }


def _text(text: str) -> str:
    """The text as UTF-8 can carry it; file names may hold what it cannot."""
    return text.encode("utf-8", "backslashreplace").decode()


def _row_values(row: Row) -> dict[str, Any]:
    return vars(row) | {"embeddings": [_embedding_values(one) for one in row.embeddings]}


def _embedding_values(one: PhotoEmbedding) -> dict[str, Any]:
    return {key: value for key, value in vars(one).items() if key != "listing_id"} | {
        "vector": one.vector.astype(np.float16)
    }


def _row(values: dict[str, Any]) -> Row:
    embeddings = tuple(
        PhotoEmbedding(values["listing_id"], **one | {"vector": np.asarray(one["vector"], "f2")})
        for one in values["embeddings"]
    )
    return Row(**values | {"errors": tuple(values["errors"]), "embeddings": embeddings})
