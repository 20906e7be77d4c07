"""Vitrine as a backfill runs it: worker processes, each with its share of the threads."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.chain_parts.setting import Setting
from benchmarks.chain_parts.side import Side


class Workers:
    """Processes that share the photos out; see `open_workers`."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self._sides = sides

    def run(self, photos: list[Path]) -> dict[str, float]:
        """Does all the work on all photos; its seconds, until the last worker is done."""
        start = time.perf_counter()
        for place, side in enumerate(self._sides):
            side.tell("run", photos[place :: len(self._sides)])
        for side in self._sides:
            side.answer()
        return {"whole": time.perf_counter() - start}

    def peak(self) -> float:
        """The sum of the workers' own peaks, in megabytes: what they share is counted for each."""
        return float(sum(side.ask("peak", []) for side in self._sides))


@contextmanager
def open_workers(setting: Setting) -> Iterator[Workers]:
    """`setting.workers` processes, ended with the `with` block."""
    threads = setting.threads or os.cpu_count() or 1
    share = replace(setting, threads=max(1, threads // setting.workers))
    with ExitStack() as stack:
        yield Workers([stack.enter_context(Side(share)) for _ in range(setting.workers)])
