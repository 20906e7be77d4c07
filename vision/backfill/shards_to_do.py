"""The shards of a plan that are not finished, read again from the input whenever gone through."""

from collections.abc import Iterator
from dataclasses import dataclass

from vision.backfill.errors import BackfillError
from vision.backfill.options import RunOptions
from vision.backfill.plan import Shard, cut
from vision.backfill.selection import selected
from vision.listing import Listing, read_listings


@dataclass(frozen=True)
class ShardsToDo:
    """Reads `input` anew each time; can be sent to another process.

    `digests` are those of all planned shards, in order; `done` the indices of those finished.
    """

    input: str
    options: RunOptions
    digests: tuple[str, ...]
    done: frozenset[int]

    def __iter__(self) -> Iterator[Shard]:
        """The shards in order, each as it was planned.

        Raises BackfillError where the input has changed, and what reading it raises.
        """
        if len(self.done) == len(self.digests):
            return
        for shard in cut(listings_of(self.input, self.options), self.options.shard_size):
            if self.digests[shard.index : shard.index + 1] != (shard.digest,):
                raise BackfillError(f"{self.input}: changed while it was being read")
            if shard.index not in self.done:
                yield shard


def listings_of(given: str, options: RunOptions) -> Iterator[Listing]:
    """The listings of an input that the options ask for. Raises what `read_listings` raises."""
    listings = read_listings(given, remote=options.remote)
    return selected(listings, options.sample, options.part)
