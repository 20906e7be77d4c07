"""How a chunk is brought to its end, whatever its photos do to the processes that look at them.

A photo over its time is given up at once. Where a process dies, the photos that it was looking at
are tried again, each alone: one that is alone when a process dies once more is given up. Where no
single photo is to blame (memory, say), listings go one by one, and as the last resort all photos of
a listing are given up. So nothing is tried for ever, and every listing gets its row.
"""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Final

from vision.backfill.chunk import Chunk, Job
from vision.backfill.errors import BackfillError
from vision.backfill.row import Row
from vision.photo_errors import PhotoErrorCode

MOST_UNEXPLAINED = 3
"""How often a whole chunk may fail without a photo to blame, before its listings go one by one."""

MOST_ALONE = 2
"""How often a listing alone may fail without a photo over its time, before it is given up."""

CRASHED: Final = (
    "crashed",
    "The photo cannot be looked at: the process that tries to look at it dies.",
)

Fault = tuple[PhotoErrorCode, str]


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a job ended: with `rows`, one a listing, or, where it failed, None.

    `overdue` are the photos, by number, that took too long; `in_flight` those being looked at when
    it failed. `reason` is for people.
    """

    rows: tuple[Row, ...] | None = None
    overdue: tuple[int, ...] = ()
    in_flight: tuple[int, ...] = ()
    reason: str = ""


Care = Generator[Job, Outcome, tuple[Row, ...]]
"""Yields jobs one at a time, is sent the outcome of each, and returns the chunk's rows."""


def overdue_fault(seconds: float) -> Fault:
    """What is said of a photo over its time, in the words of the soft limit within a process."""
    return "timeout", f"The photo took longer than {seconds:g} seconds to open."


def take_care(chunk: Chunk, overdue: Fault) -> Care:
    """Jobs until every listing of the chunk has its row; photos over their time get `overdue`.

    Raises BackfillError where a listing gets none though none of its photos is looked at.
    """
    faults: dict[int, Fault] = {}
    unexplained = 0
    while unexplained < MOST_UNEXPLAINED:
        outcome = yield chunk.whole(faults)
        if outcome.rows is not None:
            return outcome.rows
        found = _late(outcome, overdue, faults)
        if not found:
            seen = outcome.in_flight if unexplained == 0 else ()
            suspects = [n for n in seen or chunk.photos if n not in faults]
            found = yield from _tried_alone(chunk, suspects, overdue)
        unexplained += not found
        faults |= found
    rows: list[Row] = []
    for index in range(len(chunk.listings)):
        rows += yield from _one_listing(chunk, index, faults, overdue)
    return tuple(rows)


def _late(outcome: Outcome, overdue: Fault, known: Iterable[int]) -> dict[int, Fault]:
    return dict.fromkeys(set(outcome.overdue) - set(known), overdue)


def _tried_alone(
    chunk: Chunk, suspects: Iterable[int], overdue: Fault
) -> Generator[Job, Outcome, dict[int, Fault]]:
    found: dict[int, Fault] = {}
    for number in suspects:
        outcome = yield chunk.one_photo(number)
        if outcome.rows is None:
            found[number] = overdue if outcome.overdue else CRASHED
    return found


def _one_listing(chunk: Chunk, index: int, faults: dict[int, Fault], overdue: Fault) -> Care:
    failures = 0
    while failures < MOST_ALONE:
        outcome = yield chunk.one_listing(index, faults)
        if outcome.rows is not None:
            return outcome.rows
        found = _late(outcome, overdue, faults)
        failures += not found
        faults |= found
    everything: dict[int, Fault] = dict.fromkeys(chunk.numbers(index), CRASHED) | faults
    outcome = yield chunk.one_listing(index, everything)
    if outcome.rows is None:
        name = chunk.listings[index].listing_id
        raise BackfillError(f"listing '{name}': no record can be made of it: {outcome.reason}")
    return outcome.rows
