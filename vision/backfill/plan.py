"""The plan of a run: how much there is to do, and in which shards. Only counts are kept."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from vision.backfill.stop import Stop
from vision.listing import Listing


@dataclass(frozen=True, eq=False)
class Shard:
    """Listings that are enriched and written together; `digest` tells them from any others."""

    index: int
    listings: tuple[Listing, ...]
    digest: str


@dataclass(frozen=True)
class Plan:
    """What an input holds: `digests` are those of its shards, in order.

    `sha256` is that of all ids, photo names and further columns, in order: it tells inputs apart.
    """

    listings: int
    photos: int
    sha256: str
    digests: tuple[str, ...]


def make_plan(
    listings: Iterable[Listing],
    shard_size: int,
    stop: Stop | None = None,
    counted: Callable[[int], None] = lambda _: None,
) -> Plan:
    """Reads an input through, so that its faults are found before any work is done.

    `counted` is told of the listings so far, a shard at a time. Raises what reading the listings
    raises, and KeyboardInterrupt when told to stop.
    """
    total = photos = 0
    digests = []
    whole = hashlib.sha256()
    for shard in cut(listings, shard_size):
        total += len(shard.listings)
        photos += sum(len(listing.photos) for listing in shard.listings)
        digests.append(shard.digest)
        for listing in shard.listings:
            whole.update(_facts(listing))
        counted(total)
        if stop is not None and stop.requested:
            raise KeyboardInterrupt
    return Plan(total, photos, whole.hexdigest(), tuple(digests))


def cut(listings: Iterable[Listing], shard_size: int) -> Iterator[Shard]:
    """The listings in shards of `shard_size`, the last one shorter; one is held at a time."""
    index = 0
    waiting: list[Listing] = []
    for listing in listings:
        waiting.append(listing)
        if len(waiting) == shard_size:
            yield _shard(index, waiting)
            index, waiting = index + 1, []
    if waiting:
        yield _shard(index, waiting)


def _shard(index: int, listings: list[Listing]) -> Shard:
    digest = hashlib.sha256()
    for listing in listings:
        digest.update(_facts(listing))
    return Shard(index, tuple(listings), digest.hexdigest())


def _facts(listing: Listing) -> bytes:
    facts = [listing.listing_id, listing.names, listing.extra]
    return json.dumps(facts, sort_keys=True).encode() + b"\n"
