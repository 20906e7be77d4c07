"""However photos behave, every listing gets its row, and only bad photos are given up."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.backfill.care import Outcome, overdue_fault, take_care
from vision.backfill.chunk import Chunk, GivenUp, Job
from vision.backfill.errors import BackfillError
from vision.backfill.row import Row
from vision.listing import Listing

LATE = overdue_fault(5)


def chunk_of(sizes: list[int]) -> Chunk:
    listings = []
    for i, size in enumerate(sizes):
        names = tuple(f"{i}-{photo}" for photo in range(size))
        listings.append(Listing(f"listing-{i}", names, names))
    return Chunk(0, tuple(listings))


@dataclass
class Processes:
    """What becomes of jobs: photos that kill or hang whoever looks at them, memory for so many.

    `deaths` may happen besides, one a job, for no reason of the photos; where they are `breaking`,
    no job ever succeeds.
    """

    deadly: frozenset[int] = frozenset()
    hanging: frozenset[int] = frozenset()
    memory: int = 1000
    seen: bool = True
    deaths: list[bool] = field(default_factory=list)
    breaking: bool = False
    jobs: int = 0

    def run(self, job: Job) -> Outcome:
        self.jobs += 1
        if self.breaking:
            return Outcome(None, reason="it broke")
        photos = [photo for listing in job.listings for photo in listing.photos]
        live = [
            number
            for number, photo in zip(job.numbers, photos, strict=True)
            if not isinstance(photo, GivenUp)
        ]
        hanging = tuple(number for number in live if number in self.hanging)
        if hanging:
            return Outcome(None, overdue=hanging, in_flight=tuple(live))
        if any(number in self.deadly for number in live) or len(live) > self.memory:
            return Outcome(None, in_flight=tuple(live) if self.seen else (), reason="it died")
        if self.deaths and self.deaths.pop():
            return Outcome(None, in_flight=tuple(live[:2]), reason="it was killed")
        return Outcome(tuple(self._row(listing) for listing in job.listings))

    def _row(self, listing: Listing) -> Row:
        errors = tuple(p.code if isinstance(p, GivenUp) else None for p in listing.photos)
        return Row(listing.listing_id, b"{}", None, "clear", False, None, None, errors)


def rows_of(chunk: Chunk, processes: Processes) -> tuple[Row, ...]:
    care = take_care(chunk, LATE)
    job = next(care)
    while True:
        try:
            job = care.send(processes.run(job))
        except StopIteration as finished:
            return tuple(finished.value)


SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=8)
PHOTOS = st.frozensets(st.integers(0, 31), max_size=6)


@given(SIZES, PHOTOS, PHOTOS, st.booleans())
def test_photos_that_kill_or_hang_are_given_up_and_no_others(
    sizes: list[int], deadly: frozenset[int], hanging: frozenset[int], seen: bool
) -> None:
    chunk = chunk_of(sizes)
    rows = rows_of(chunk, Processes(deadly=deadly, hanging=hanging, seen=seen))
    assert [row.listing_id for row in rows] == [one.listing_id for one in chunk.listings]
    errors = [code for row in rows for code in row.errors]
    assert errors == [
        "timeout" if number in hanging else "crashed" if number in deadly else None
        for number in chunk.photos
    ]


@given(SIZES, st.integers(1, 40))
def test_where_no_photo_is_to_blame_listings_go_one_by_one(sizes: list[int], memory: int) -> None:
    rows = rows_of(chunk_of(sizes), Processes(memory=memory))
    for row, size in zip(rows, sizes, strict=True):
        assert row.errors == ((None if size <= memory else "crashed"),) * size


def test_a_process_that_dies_once_costs_no_photo() -> None:
    processes = Processes(deaths=[False, False, False, True])
    assert all(row.failed == 0 for row in rows_of(chunk_of([2, 3, 1]), processes))


@given(SIZES, PHOTOS)
def test_nothing_is_tried_for_ever(sizes: list[int], deadly: frozenset[int]) -> None:
    processes = Processes(deadly=deadly, memory=0)
    chunk = chunk_of(sizes)
    rows = rows_of(chunk, processes)
    assert len(rows) == len(sizes)
    assert processes.jobs <= 8 + 4 * len(sizes) + 2 * len(chunk.photos)


def test_a_listing_that_no_record_can_be_made_of_stops_the_run_and_is_named() -> None:
    processes = Processes(breaking=True)
    with pytest.raises(BackfillError, match=r"listing 'listing-0': .* it broke"):
        rows_of(chunk_of([1, 2]), processes)


def test_a_photo_over_its_time_says_what_the_soft_limit_says() -> None:
    assert LATE == ("timeout", "The photo took longer than 5 seconds to open.")
