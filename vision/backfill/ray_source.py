"""The planned shards as a source of Ray Data: read on the driver's node, a block a chunk."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from ray.data import Datasource
from ray.data.block import BlockMetadata
from ray.data.datasource import ReadTask

from vision.backfill.chunk import chunks
from vision.backfill.plan import Shard
from vision.backfill.ray_tables import WHOLE_INPUT, Place, Task, task_table
from vision.listing import Listing

if TYPE_CHECKING:
    from vision.photo import PhotoSource


class ShardSource(Datasource):
    """One read task, which streams the shards' chunks in order.

    `shards` can be sent to another process and gone through more than once; `folder` is the one
    that relative paths are meant from.
    """

    def __init__(self, shards: Iterable[Shard], batch_size: int, folder: str) -> None:
        initialize: Any = super().__init__  # it has no types
        initialize()
        self._read = partial(read_tasks, shards, batch_size, folder)

    def estimate_inmemory_data_size(self) -> int | None:
        """Not known before reading."""
        return None

    def get_read_tasks(
        self, parallelism: int, per_task_row_limit: int | None = None, data_context: object = None
    ) -> list[ReadTask]:
        """The one task: reading an input is not what takes time."""
        metadata = BlockMetadata(num_rows=None, size_bytes=None, exec_stats=None, input_files=None)
        read: Callable[[], Iterator[pa.Table]] = self._read
        return [ReadTask(read, metadata)]


def read_tasks(shards: Iterable[Shard], batch_size: int, folder: str) -> Iterator[pa.Table]:
    """A table a chunk, of all shards; where the input cannot be read further, one that says so."""
    with contextlib.chdir(folder):
        try:
            for shard in shards:
                cut = list(chunks(shard.listings, batch_size))
                for chunk in cut:
                    place = Place(shard.index, shard.digest, chunk.index, len(cut))
                    yield task_table(Task(place, _from(folder, chunk.listings)))
        except Exception as error:  # its class may not survive the way to the driver
            reason = str(error) or type(error).__name__
            yield task_table(Task(WHOLE_INPUT, fault=reason))


def _from(folder: str, listings: Iterable[Listing]) -> tuple[Listing, ...]:
    return tuple(
        replace(listing, photos=tuple(_absolute(folder, photo) for photo in listing.photos))
        for listing in listings
    )


def _absolute(folder: str, photo: "PhotoSource") -> "PhotoSource":
    return Path(folder, photo) if isinstance(photo, str | os.PathLike) else photo
