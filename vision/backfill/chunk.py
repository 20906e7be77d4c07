"""Chunks of a shard, which are enriched and, where something goes wrong, tried again, as one.

A chunk's photos fill whole batches but for the last. How a shard is cut depends on its listings and
the batch size alone, so that the same run gives the same batches, and the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from vision.listing import Listing
from vision.photo_errors import PhotoError, PhotoErrorCode

BATCHES = 8
"""Batches of photos a chunk has at least."""

Faults = Mapping[int, tuple[PhotoErrorCode, str]]
"""What is wrong with photos of a chunk, by their number in it."""


@dataclass(frozen=True)
class GivenUp:
    """Stands in for a photo that is not to be looked at: a source that gives an error."""

    code: PhotoErrorCode
    message: str

    def read(self, _size: int, /) -> bytes:
        """Raises the PhotoError that the photo's record is to have."""
        raise PhotoError(self.code, self.message)


@dataclass(frozen=True, eq=False)
class Job:
    """Listings to enrich in one go; `numbers` are those of their photos in the chunk, in order."""

    listings: tuple[Listing, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some listings of a shard, `index` counted from 0; photos are numbered through them all."""

    index: int
    listings: tuple[Listing, ...]

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts = [0]
        for listing in self.listings:
            starts.append(starts[-1] + len(listing.photos))
        return tuple(starts)

    @property
    def photos(self) -> range:
        """The numbers of all photos."""
        return range(self._starts[-1])

    def numbers(self, listing: int) -> range:
        """The numbers of one listing's photos."""
        return range(self._starts[listing], self._starts[listing + 1])

    def whole(self, faults: Faults) -> Job:
        """All listings, without the photos that are at fault."""
        indices = range(len(self.listings))
        return Job(tuple(self._without(i, faults) for i in indices), tuple(self.photos))

    def one_listing(self, index: int, faults: Faults) -> Job:
        """One listing, without the photos that are at fault."""
        return Job((self._without(index, faults),), tuple(self.numbers(index)))

    def one_photo(self, number: int) -> Job:
        """One photo alone, as a listing."""
        index = next(i for i in range(len(self.listings)) if number in self.numbers(i))
        listing, place = self.listings[index], number - self._starts[index]
        alone = replace(listing, photos=(listing.photos[place],), names=(listing.names[place],))
        return Job((alone,), (number,))

    def _without(self, index: int, faults: Faults) -> Listing:
        listing, numbers = self.listings[index], self.numbers(index)
        if not any(number in faults for number in numbers):
            return listing
        photos = [
            GivenUp(*faults[number]) if number in faults else photo
            for number, photo in zip(numbers, listing.photos, strict=True)
        ]
        return replace(listing, photos=tuple(photos))


def chunks(listings: Sequence[Listing], batch_size: int) -> Iterator[Chunk]:
    """The listings in chunks of at least `BATCHES` batches of photos, the last one shorter."""
    index = photos = 0
    waiting: list[Listing] = []
    for listing in listings:
        waiting.append(listing)
        photos += len(listing.photos)
        if photos >= BATCHES * batch_size:
            yield Chunk(index, tuple(waiting))
            index, photos, waiting = index + 1, 0, []
    if waiting:
        yield Chunk(index, tuple(waiting))
