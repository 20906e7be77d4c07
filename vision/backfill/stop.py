"""Stopping when told: first after the shards under way, then at once."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SAID = (
    "vitrine: stopping when the shards under way are finished; press Ctrl-C again to stop at once."
    " Either way the same command goes on from there.\n"
)


class Stop:
    """Whether the run has been asked to stop: it then begins no further shard."""

    def __init__(self) -> None:
        self.requested = False


@contextmanager
def stopping_when_told() -> Iterator[Stop]:
    """A `Stop` that Ctrl-C and SIGTERM set; the second of them raises KeyboardInterrupt.

    Only for the main thread, as signal handlers are.
    """
    stop = Stop()

    def handle(_number: int, _frame: FrameType | None) -> None:
        if stop.requested:
            raise KeyboardInterrupt
        stop.requested = True
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, SAID.encode())

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
