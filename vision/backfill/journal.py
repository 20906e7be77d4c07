"""The journal: a line for every finished shard, so that a run knows what it has after any death."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from vision.backfill.layout import JOURNAL
from vision.backfill.summary import ShardSummary


class Journal:
    """The finished shards of an output folder.

    A shard counts as finished when it has a line here and its files are there in the sizes that
    the line states. A line that a death cut short is dropped: its shard is made again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / JOURNAL
        self._shards = {one.index: one for one in self._lines() if self._has_files(one)}

    @property
    def shards(self) -> Mapping[int, ShardSummary]:
        """The finished shards by their index."""
        return self._shards

    def in_order(self) -> list[ShardSummary]:
        """The finished shards in the input's order."""
        return [self._shards[index] for index in sorted(self._shards)]

    def add(self, shard: ShardSummary) -> None:
        """Adds a line, and returns when it is on the disk. Raises OSError where it cannot be."""
        with self._path.open("ab") as stream:
            stream.write(shard.model_dump_json().encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        self._shards[shard.index] = shard

    def _lines(self) -> list[ShardSummary]:
        if not self._path.exists():
            return []
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._path, whole)
        found = []
        for line in content[:whole].splitlines():
            try:
                found.append(ShardSummary.model_validate_json(line))
            except ValidationError:
                continue
        return found

    def _has_files(self, shard: ShardSummary) -> bool:
        try:
            return all(
                (self._folder / name).stat().st_size == size for name, size in shard.files.items()
            )
        except FileNotFoundError:
            return False
