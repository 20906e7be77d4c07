"""Vitrine as a backfill runs it: worker processes, each with its share of the threads."""

import os
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.chain_parts.setting import Setting
from benchmarks.chain_parts.side import Side


class Workers:
    """`setting.workers` processes that share the photos out; ended by the `with` block."""

    def __init__(self, setting: Setting) -> None:
        threads = setting.threads or os.cpu_count() or 1
        share = replace(setting, threads=max(1, threads // setting.workers))
        with ExitStack() as stack:
            self._sides = [stack.enter_context(Side(share)) for _ in range(setting.workers)]
            self._all = stack.pop_all()

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._all.close()
