"""How far a run is: what is done, how fast, how long it will take, what has failed so far."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TextIO

from vision.backfill.engine import Watcher
from vision.backfill.row import Row
from vision.backfill.summary import Counts

MINUTE = 60.0


class Progress(Watcher, Protocol):
    """Is told of a run from its first look at the input to its end."""

    def counted(self, listings: int) -> None:
        """So many listings of the input have been counted."""

    def begun(self, listings: int, done: Counts) -> None:
        """Work begins on what is not yet done of so many listings."""

    def ended(self) -> None:
        """No more will come."""


@dataclass
class Pace:
    """Counts from the moment that work begins; `before` was done by then.

    `clock` gives seconds.
    """

    total: int
    before: Counts
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._started = self.clock()
        self.listings, self.photos, self.failed = 0, 0, self.before.failed

    def add(self, rows: Sequence[Row]) -> None:
        """Counts rows."""
        self.listings += len(rows)
        self.photos += sum(row.photos for row in rows)
        self.failed += sum(row.failed for row in rows)

    @property
    def done(self) -> int:
        """Listings done, those before included."""
        return self.before.listings + self.listings

    def photos_a_second(self) -> float:
        """Since work began."""
        return self.photos / max(self.clock() - self._started, 1e-9)

    def seconds_left(self) -> float | None:
        """At the pace so far; None before anything is done."""
        if self.listings == 0:
            return None
        elapsed = self.clock() - self._started
        return elapsed / self.listings * (self.total - self.done)

    def sentence(self) -> str:
        """All of it, for a log."""
        left = self.seconds_left()
        return (
            f"{self.done:,} of {self.total:,} listings, {self.photos_a_second():.1f} photos/s, "
            f"{'time left unknown' if left is None else duration(left) + ' left'}, "
            f"{self.failed:,} photos failed"
        )


class LogProgress:
    """A line a minute, for a log."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._pace = Pace(0, Counts(), clock)
        self._said = clock()

    def counted(self, listings: int) -> None:
        """Says how far counting is."""
        self._say_each_minute(f"{listings:,} listings counted")

    def begun(self, listings: int, done: Counts) -> None:
        """Says what there is to do."""
        self._pace = Pace(listings, done, self._clock)
        self.note(f"{done.listings:,} of {listings:,} listings done; starting")
        self._said = self._clock()

    def enriched(self, rows: Sequence[Row]) -> None:
        """Counts."""
        self._pace.add(rows)

    def tick(self) -> None:
        """Says how far the run is."""
        self._say_each_minute(self._pace.sentence())

    def note(self, sentence: str) -> None:
        """A line."""
        print(f"vitrine: {sentence}", file=self._stream, flush=True)

    def ended(self) -> None:
        """The last line."""
        self.note(self._pace.sentence())

    def _say_each_minute(self, sentence: str) -> None:
        if self._clock() - self._said >= MINUTE:
            self._said = self._clock()
            self.note(sentence)


class NoProgress:
    """Says nothing."""

    def counted(self, listings: int) -> None:
        """Nothing."""

    def begun(self, listings: int, done: Counts) -> None:
        """Nothing."""

    def enriched(self, rows: Sequence[Row]) -> None:
        """Nothing."""

    def tick(self) -> None:
        """Nothing."""

    def note(self, sentence: str) -> None:
        """Nothing."""

    def ended(self) -> None:
        """Nothing."""


def duration(seconds: float) -> str:
    """Such as "2 d 4 h", "3 h 5 min", "12 min" or "40 s"."""
    whole = round(seconds)
    for size, unit, smaller, below in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // smaller} {below}"
    return f"{whole // 60} min" if whole >= 60 else f"{whole} s"
