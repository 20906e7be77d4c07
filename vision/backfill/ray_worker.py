"""The actor of Ray's pool: enriches chunks as the local engine does, in a process of its own.

The actor is the supervisor of that process. So a photo that hangs or kills its codec costs that
photo alone, here as there, and Ray never sees a failure that it would try again for ever.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray

from vision.backfill.errors import RunRefusedError
from vision.backfill.local_engine import LocalEngine
from vision.backfill.options import Resources, RunOptions
from vision.backfill.plan import Shard
from vision.backfill.ray_tables import End, Result, Task, result_table, tasks_of
from vision.backfill.row import Row
from vision.backfill.stop import Stop


class ChunkWorker:
    """Enriches tables of tasks. Its models are loaded with the first, and kept.

    `gate` is the actor of the run's `Gate`; `folder` is gone to if this node has it.
    """

    def __init__(self, options: RunOptions, threads: int, gate: Any, folder: str) -> None:
        if Path(folder).is_dir():
            os.chdir(folder)
        self._options, self._threads, self._gate = options, threads, gate
        self._notes = _Notes()
        self._next: list[Shard] = []
        self._enriched: Iterator[tuple[Shard, list[Row]]] | None = None

    def __call__(self, table: pa.Table) -> pa.Table:
        """The result of each task, in order; nothing is raised but the death of Ray itself."""
        return result_table([self._result(task) for task in tasks_of(table)])

    def _result(self, task: Task) -> Result:
        if task.fault:
            return Result(task.place, "failed", reason=task.fault)
        if not ray.get(self._gate.enter.remote(task.place.shard)):
            return Result(task.place, "skipped")
        try:
            rows = self._rows(task)
        except Exception as error:  # its class may not survive the way to the driver
            self._enriched = None
            end: End = "refused" if isinstance(error, RunRefusedError) else "failed"
            reason = str(error) or type(error).__name__
            return Result(task.place, end, reason=reason, notes=self._notes.taken())
        return Result(task.place, "done", rows, notes=self._notes.taken())

    def _rows(self, task: Task) -> tuple[Row, ...]:
        """The rows of a chunk, which an engine with one worker cuts from it as one chunk again."""
        self._next.append(Shard(task.place.shard, task.listings, task.place.digest))
        self._enriched = self._enriched or self._engine()
        _, rows = next(self._enriched)
        return tuple(rows)

    def _engine(self) -> Iterator[tuple[Shard, list[Row]]]:
        """A local engine that asks for a shard whenever it is asked for one."""
        engine = LocalEngine(self._options, Resources(workers=1, threads=self._threads))
        return engine.enrich(iter(self._next.pop, None), Stop(), self._notes)


class _Notes:
    """Keeps what an engine says, for the driver to say."""

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def enriched(self, rows: Sequence[Row]) -> None:
        """Nothing: the driver counts them when they get there."""

    def tick(self) -> None:
        """Nothing."""

    def note(self, sentence: str) -> None:
        """Keeps it."""
        self._sentences.append(sentence)

    def taken(self) -> tuple[str, ...]:
        """What was said since this was last asked."""
        taken, self._sentences = tuple(self._sentences), []
        return taken
