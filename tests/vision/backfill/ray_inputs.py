"""Inputs that go wrong only when they are read, wherever that is."""

from collections.abc import Iterator

from tests.vision.backfill.sources import Unsendable
from vision.backfill.plan import Shard
from vision.listing import Listing


class UnsendableInput:
    """One shard, of a photo that cannot go to another process."""

    def __iter__(self) -> Iterator[Shard]:
        yield Shard(0, (Listing("a", (Unsendable(),), ("1",)),), "a")
