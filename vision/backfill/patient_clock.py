"""A clock that does not run while nobody looks at it."""

import time
from collections.abc import Callable

LONGEST_STEP = 1.0


class PatientClock:
    """Seconds between looks, each counted as at most `LONGEST_STEP`.

    Where this process was stopped together with those that it watches (Ctrl-Z, a laptop asleep, a
    frozen machine), none of them is late for it. Look at it a few times a second.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._seconds = 0.0

    def __call__(self) -> float:
        """The time, in seconds since the clock was made."""
        now = self._clock()
        self._seconds += min(now - self._last, LONGEST_STEP)
        self._last = now
        return self._seconds
