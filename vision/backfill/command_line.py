"""What `vitrine backfill` shows while it works."""

import sys
from collections.abc import Sequence
from typing import Any

from tqdm import tqdm

from vision.backfill.progress import LogProgress, Pace, Progress
from vision.backfill.row import Row
from vision.backfill.summary import Counts


class BarProgress:
    """A bar on a terminal, with photos a second and failed photos beside it."""

    def __init__(self) -> None:
        self._bar: Any = tqdm(unit=" listings", file=sys.stderr, desc="counting")
        self._pace = Pace(0, Counts())

    def counted(self, listings: int) -> None:
        """Moves the counter."""
        self._bar.update(listings - self._bar.n)

    def begun(self, listings: int, done: Counts) -> None:
        """The bar proper, at what is done already."""
        self._bar.close()
        self._pace = Pace(listings, done)
        self._bar = tqdm(
            total=listings, initial=done.listings, unit=" listings", file=sys.stderr, smoothing=0.05
        )
        self._show()

    def enriched(self, rows: Sequence[Row]) -> None:
        """Moves the bar."""
        self._pace.add(rows)
        self._show()
        self._bar.update(len(rows))

    def tick(self) -> None:
        """Keeps the clock on the bar going."""
        self._bar.refresh()

    def note(self, sentence: str) -> None:
        """A line above the bar."""
        self._bar.write(f"vitrine: {sentence}", file=sys.stderr)

    def ended(self) -> None:
        """Leaves the bar as it stands."""
        self._bar.close()

    def _show(self) -> None:
        rate = f"{self._pace.photos_a_second():.1f}"
        self._bar.set_postfix({"photos/s": rate, "failed": self._pace.failed}, refresh=False)


def progress_on_stderr() -> Progress:
    """A bar on a terminal, a line a minute anywhere else."""
    return BarProgress() if sys.stderr.isatty() else LogProgress(sys.stderr)
