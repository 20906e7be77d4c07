"""The Ray Data pipeline: planned shards, cut into chunks, through a pool of actors."""

import queue
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, DataContext, Dataset

from vision.backfill.errors import BackfillError
from vision.backfill.options import Resources, RunOptions
from vision.backfill.plan import Shard
from vision.backfill.ray_gate import Gate
from vision.backfill.ray_source import ShardSource
from vision.backfill.ray_tables import Result, results_of
from vision.backfill.ray_worker import ChunkWorker

TICK_SECONDS = 0.25
AHEAD = 16
"""Blocks of results that wait for the driver at most, beside what Ray holds back."""

LONGEST_END = 10.0
"""Seconds to wait for a pipeline that is ended early."""


class Pipeline:
    """Runs from when it is made; `results` gives what comes out of it."""

    def __init__(self, shards: Iterable[Shard], options: RunOptions, resources: Resources) -> None:
        here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
        self._gate: Any = ray.remote(num_cpus=0, label_selector=here)(Gate).remote()
        self._dataset = _dataset(shards, options, resources, self._gate, here)
        self._blocks: queue.Queue[pa.Table | BaseException | None] = queue.Queue(AHEAD)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._take, name="vitrine-ray", daemon=True)
        self._thread.start()

    def results(self) -> Iterator[Result | None]:
        """The results as they come, in any order, and None whenever none has come for a moment.

        Raises BackfillError where Ray gives up.
        """
        while True:
            try:
                block = self._blocks.get(timeout=TICK_SECONDS)
            except queue.Empty:
                yield None
                continue
            if block is None:
                return
            if isinstance(block, BaseException):
                raise BackfillError(f"Ray cannot go on: {_last_line(block)}") from block
            yield from results_of(block)

    def close_gate(self) -> tuple[int, ...]:
        """Lets no further shard begin; gives those that were begun ever."""
        begun: tuple[int, ...] = ray.get(self._gate.close.remote(at_once=False))
        return begun

    def end(self) -> None:
        """Ends what still runs: chunks that are not yet begun are not, and nobody waits for the
        others for long."""
        self._ended.set()
        if self._thread.is_alive():
            self._gate.close.remote(at_once=True)
            while not self._blocks.empty():
                self._blocks.get_nowait()
            self._thread.join(LONGEST_END)
        ray.kill(self._gate)

    def _take(self) -> None:
        """Hands blocks over from Ray, in a thread of its own, for taking one cannot be waited for
        with a limit."""
        last: BaseException | None = None
        try:
            for block in self._dataset.iter_batches(
                batch_size=None, batch_format="pyarrow", prefetch_batches=0
            ):
                if self._ended.is_set():
                    return
                self._blocks.put(block)
        except Exception as error:  # handed over, too
            last = error
        self._blocks.put(last)


def _dataset(
    shards: Iterable[Shard],
    options: RunOptions,
    resources: Resources,
    gate: Any,
    here: dict[str, str],
) -> Dataset:
    folder, threads = str(Path.cwd()), resources.threads_a_worker
    with DataContext.current(_context()):
        source = ShardSource(shards, options.enricher.batch_size, folder)
        read = ray.data.read_datasource(
            source, num_cpus=0, override_num_blocks=1, label_selector=here
        )
        enriched: Dataset = read.map_batches(
            ChunkWorker,
            batch_size=None,
            batch_format="pyarrow",
            compute=ActorPoolStrategy(size=resources.workers),
            fn_constructor_args=(options, threads, gate, folder),
            num_cpus=threads,
            num_gpus=1 if options.enricher.device.startswith("cuda") else 0,
        )
    return enriched


def _context() -> DataContext:
    context = DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.target_max_block_size = 1  # a block a chunk, so that the pool shares them out evenly
    return context


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if re.search(r"\w", line)]
    return lines[-1] if lines else type(error).__name__
