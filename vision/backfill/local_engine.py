"""The local engine: worker processes on this machine, under a supervisor that outlives them."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import wait

from vision.backfill.care import Care, Outcome, overdue_fault, take_care
from vision.backfill.chunk import Chunk, Job, chunks
from vision.backfill.engine import Watcher
from vision.backfill.errors import BackfillError
from vision.backfill.options import Resources, RunOptions
from vision.backfill.patient_clock import PatientClock
from vision.backfill.plan import Shard
from vision.backfill.row import Row
from vision.backfill.shard_writer import ShardWriter
from vision.backfill.stop import Stop
from vision.backfill.summary import ShardSummary
from vision.backfill.supervised import SupervisedWorker

GRACE_SECONDS = 2.0
"""Over the time a photo: what measuring it may take, and the soft limit to be found out first."""

STALL_SECONDS = 900.0
"""A worker that has nothing to say for so long, with no photo to blame, has hung."""

TICK_SECONDS = 0.25
MOST_STILLBORN = 3
"""How many workers in a row may die before they are ready."""


def make_engine(options: RunOptions, resources: Resources) -> "LocalEngine":
    """The local engine."""
    return LocalEngine(options, resources)


@dataclass(eq=False)
class _Begun:
    """A shard under way: its chunks' rows, as they come."""

    shard: Shard
    waiting: deque[Chunk]
    open: int
    rows: dict[int, tuple[Row, ...]] = field(default_factory=dict)

    def all_rows(self) -> list[Row]:
        return [row for index in sorted(self.rows) for row in self.rows[index]]


@dataclass(frozen=True, eq=False)
class _Assignment:
    """A job, the care that it is part of, and where the care's rows go."""

    begun: _Begun
    chunk: Chunk
    care: Care
    job: Job


class LocalEngine:
    """Enriches shards in `workers` processes, each with its share of the threads."""

    def __init__(self, options: RunOptions, resources: Resources) -> None:
        self._options = options
        self._resources = resources
        self._timeout = options.enricher.photo_timeout
        self._clock = PatientClock()
        self._workers: dict[SupervisedWorker, _Assignment | None] = {}
        self._again: deque[_Assignment] = deque()
        self._stillborn = 0

    def run(
        self, shards: Iterable[Shard], writer: ShardWriter, stop: Stop, watcher: Watcher
    ) -> Generator[ShardSummary, None, None]:
        """As `Engine.run` says. At most one shard a worker is under way."""
        with closing(self.enrich(shards, stop, watcher)) as enriched:
            for shard, rows in enriched:
                yield writer.write(shard, rows)

    def enrich(
        self, shards: Iterable[Shard], stop: Stop, watcher: Watcher
    ) -> Generator[tuple[Shard, list[Row]], None, None]:
        """As `run`, but for the writing. With one worker, no shard is read before the last one
        has been given."""
        assignments = self._assignments(iter(shards), stop)
        try:
            while self._assign(assignments):
                for assignment, outcome in self._heard():
                    begun = self._go_on(assignment, outcome, watcher)
                    if begun is not None:
                        yield begun.shard, begun.all_rows()
                watcher.tick()
        finally:
            for worker in self._workers:
                worker.process.kill()  # all of them, before waiting for any
            for worker in self._workers:
                worker.end()
            self._workers.clear()

    def _assignments(self, shards: Iterator[Shard], stop: Stop) -> Iterator[_Assignment]:
        """First jobs of all chunks, in order; once told to stop, only of the shard begun."""
        overdue = overdue_fault(self._timeout)
        while not stop.requested and (shard := next(shards, None)) is not None:
            cut = deque(chunks(shard.listings, self._options.enricher.batch_size))
            begun = _Begun(shard, cut, len(cut))
            while begun.waiting:
                chunk = begun.waiting.popleft()
                care = take_care(chunk, overdue)
                yield _Assignment(begun, chunk, care, next(care))

    def _assign(self, fresh: Iterator[_Assignment]) -> bool:
        """Gives every free worker a job, if there is one; whether anything is under way."""
        while len(self._busy()) < self._resources.workers:
            assignment = self._again.popleft() if self._again else next(fresh, None)
            if assignment is None:
                break
            worker = next((one for one in self._workers if not one.busy), None)
            worker = worker or self._new_worker()
            worker.give(assignment.job)
            self._workers[worker] = assignment
        return bool(self._busy())

    def _busy(self) -> list[SupervisedWorker]:
        return [worker for worker in self._workers if worker.busy]

    def _new_worker(self) -> SupervisedWorker:
        return SupervisedWorker(
            self._options.enricher,
            self._resources.threads_a_worker,
            self._options.form.embeddings,
            self._clock,
        )

    def _heard(self) -> Iterator[tuple[_Assignment, Outcome]]:
        """The jobs that have ended, after waiting a moment for one."""
        self._clock()
        by_connection = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(by_connection), TICK_SECONDS):
            worker = by_connection[connection]  # type: ignore[index]
            try:
                yield from self._listened(worker)
            except EOFError:
                yield from self._lost(worker, worker.end())
        for worker in self._busy():
            late = worker.late(self._timeout + GRACE_SECONDS)
            if late or worker.silent() > STALL_SECONDS:
                yield from self._lost(worker, worker.end(late))

    def _listened(self, worker: SupervisedWorker) -> Iterator[tuple[_Assignment, Outcome]]:
        while worker.connection.poll():
            outcome = worker.listen()
            self._stillborn = 0 if worker.ready else self._stillborn
            if outcome is not None:
                assignment = self._workers[worker]
                self._workers[worker] = None
                if assignment is not None:
                    yield assignment, outcome

    def _lost(
        self, worker: SupervisedWorker, outcome: Outcome
    ) -> Iterator[tuple[_Assignment, Outcome]]:
        """The outcome for the job of a worker that is no more; one that was not ready gives its
        job to the next."""
        assignment = self._workers.pop(worker)
        if worker.ready:
            if assignment is not None:
                yield assignment, outcome
            return
        self._stillborn += 1
        if self._stillborn == MOST_STILLBORN:
            raise BackfillError(
                f"no worker can be started: {outcome.reason}, {MOST_STILLBORN} times"
            )
        if assignment is not None:
            self._again.appendleft(assignment)

    def _go_on(self, assignment: _Assignment, outcome: Outcome, watcher: Watcher) -> _Begun | None:
        """Takes care further; the shard, where this has made it whole."""
        begun, care = assignment.begun, assignment.care
        if outcome.rows is None:
            watcher.note(_sentence(assignment, outcome))
        try:
            job = care.send(outcome)
        except StopIteration as finished:
            begun.rows[assignment.chunk.index] = finished.value
            watcher.enriched(finished.value)
            return begun if len(begun.rows) == begun.open else None
        self._again.append(_Assignment(begun, assignment.chunk, care, job))
        return None


def _sentence(assignment: _Assignment, outcome: Outcome) -> str:
    chunk, shard = assignment.chunk, assignment.begun.shard
    late = [_listing_of(chunk, number) for number in outcome.overdue]
    if late:
        return f"shard {shard.index}: photos over their time, of listings {', '.join(late)}"
    seen = [_listing_of(chunk, number) for number in outcome.in_flight]
    where = f", while looking at photos of listings {', '.join(seen)}" if seen else ""
    return f"shard {shard.index}: {outcome.reason}{where}; trying again"


def _listing_of(chunk: Chunk, number: int) -> str:
    index = next(i for i in range(len(chunk.listings)) if number in chunk.numbers(i))
    return f"'{chunk.listings[index].listing_id}'"
