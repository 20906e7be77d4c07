"""One start of a run: what is there is found, the rest is made, and `_run.json` tells of it."""

import errno
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from vision.backfill.engine import load_engine
from vision.backfill.errors import BackfillError, NoRoomError
from vision.backfill.folder_lock import folder_locked
from vision.backfill.identity import (
    embeddings_header,
    input_facts,
    makers,
    option_facts,
    refuse_differences,
)
from vision.backfill.journal import Journal
from vision.backfill.layout import RUN, part_files
from vision.backfill.options import BackfillRequest
from vision.backfill.plan import Plan, make_plan
from vision.backfill.progress import NoProgress, Progress
from vision.backfill.run_file import RunFile, State, rates, read_run, write_run
from vision.backfill.shard_writer import ShardWriter
from vision.backfill.shards_to_do import ShardsToDo, listings_of
from vision.backfill.stop import Stop
from vision.backfill.summary import Counts, totals
from vision.durable_file import remove_leftovers

REFRESH_SECONDS = 60.0
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def run_backfill(
    request: BackfillRequest, stop: Stop | None = None, progress: Progress | None = None
) -> RunFile:
    """Begins a run, or goes on with the one in the output folder; returns what `_run.json` says.

    Its state is `finished`, or `interrupted` where `stop` was set before the end. A run that is
    finished is left as it is.

    Raises:
        RunRefusedError: the folder holds a run with another input or other options.
        RunLockedError: another process is at work in the folder.
        NoRoomError: the disk is full. What is finished stays, and can be gone on with.
        BackfillError: for all else that stops a run.
        ListingError: the input cannot be read as it stands; nothing has been enriched then.
        weights.errors.BundleError, taggers.UnknownNameError, taggers.DataFileError,
        taggers.OwnLabelError, moderation.PolicyError: an option cannot be used.
        OSError: a file of the run cannot be read or written.
    """
    stop, progress = stop or Stop(), progress or NoProgress()
    with folder_locked(request.output), _room_wanted(request.output):
        remove_leftovers(request.output)
        return _Run(request, stop, progress).go()


class _Run:
    """One start of a run, in a folder that is locked."""

    def __init__(self, request: BackfillRequest, stop: Stop, progress: Progress) -> None:
        self._request, self._stop, self._progress = request, stop, progress
        self._folder = request.output
        self._refreshed = time.monotonic()

    def go(self) -> RunFile:
        before = read_run(self._folder)
        if before is None and part_files(self._folder):
            raise BackfillError(f"{self._folder}: holds shards of a run, but not its {RUN}")
        made_with = makers(self._request.options.enricher)
        options = option_facts(self._request.options)
        plan = self._plan()
        facts = input_facts(self._request, plan)
        if before is not None:
            refuse_differences(self._folder, before, facts, options, made_with)
        journal = Journal(self._folder)
        if before is not None and before.state == "finished" and _whole(plan, journal):
            return before
        run = RunFile(
            state="running",
            input=facts,
            options=options,
            made_with=made_with,
            resources=asdict(self._request.resources),
            started=before.started if before else _now(),
            finished=None,
            starts=before.starts + 1 if before else 1,
            counts=Counts(),
            rates=rates(Counts()),
        )
        return self._make(run, plan, journal)

    def _plan(self) -> Plan:
        size = self._request.options.shard_size
        listings = listings_of(self._request.input, self._request.options)
        return make_plan(listings, size, self._stop, self._progress.counted)

    def _make(self, run: RunFile, plan: Plan, journal: Journal) -> RunFile:
        self._write(run, journal, "running")
        state: State = "failed"
        self._progress.begun(plan.listings, totals(journal.in_order()))
        try:
            self._enrich(run, plan, journal)
            state = "finished" if _whole(plan, journal) else "interrupted"
        except KeyboardInterrupt:
            state = "interrupted"
            raise
        finally:
            self._progress.ended()
            run = self._write(run, journal, state)
        return run

    def _enrich(self, run: RunFile, plan: Plan, journal: Journal) -> None:
        engine = load_engine(self._request.options, self._request.resources)
        header = embeddings_header(run.made_with.bundle)
        writer = ShardWriter(self._folder, self._request.options.form, header)
        last = time.monotonic()
        missing = self._missing(plan, journal)
        with closing(engine.run(missing, writer, self._stop, self._progress)) as finished:
            for summary in finished:
                seconds, last = time.monotonic() - last, time.monotonic()
                facts = {"seconds": round(seconds, 3), "finished": _now()}
                journal.add(summary.model_copy(update=facts))
                if time.monotonic() - self._refreshed >= REFRESH_SECONDS:
                    self._write(run, journal, "running")

    def _missing(self, plan: Plan, journal: Journal) -> ShardsToDo:
        """The shards that are not finished, in order, each as it was planned."""
        request, done = self._request, frozenset(_finished(plan, journal))
        return ShardsToDo(request.input, request.options, plan.digests, done)

    def _write(self, run: RunFile, journal: Journal, state: State) -> RunFile:
        """Brings `_run.json` up to date with the journal."""
        self._refreshed = time.monotonic()
        shards = tuple(journal.in_order())
        counts = totals(shards)
        facts = {
            "state": state,
            "finished": _now() if state == "finished" else None,
            "counts": counts,
            "rates": rates(counts),
            "shards": shards,
        }
        run = run.model_copy(update=facts)
        write_run(self._folder, run)
        return run


def _whole(plan: Plan, journal: Journal) -> bool:
    """Whether every shard of the plan is finished."""
    return len(_finished(plan, journal)) == len(plan.digests)


def _finished(plan: Plan, journal: Journal) -> list[int]:
    """The shards of the plan that are finished, from the listings planned for them."""
    done = journal.shards
    return [
        index
        for index, digest in enumerate(plan.digests)
        if index in done and done[index].digest == digest
    ]


@contextmanager
def _room_wanted(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise NoRoomError(folder, error.strerror or str(error)) from error
        raise


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
