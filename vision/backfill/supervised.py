"""One worker process as its supervisor sees it."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from vision.backfill.care import Outcome
from vision.backfill.chunk import Job
from vision.backfill.errors import BackfillError, RunRefusedError
from vision.backfill.messages import Began, Broken, Done, Ended, Message, Ready, Refused
from vision.backfill.options import EnricherOptions
from vision.backfill.worker import work

LONGEST_DEATH = 10.0
"""Seconds to wait for a killed process; one that hangs in the kernel is left to it."""


class SupervisedWorker:
    """Starts a process, gives it one job at a time, and says how each ended.

    `clock` gives seconds. `ready` is whether the models have been loaded.
    """

    def __init__(
        self,
        options: EnricherOptions,
        threads: int,
        embeddings: bool,
        clock: Callable[[], float],
    ) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.connection: Connection[Job, Message] = ours
        self.process = context.Process(
            target=work, args=(theirs, options, threads, embeddings), daemon=True
        )
        with _deaf_to_signals():
            self.process.start()
        theirs.close()
        self._clock = clock
        self._job: Job | None = None
        self._looks: dict[int, tuple[int, float]] = {}
        self.ready = False
        self.heard = clock()

    @property
    def busy(self) -> bool:
        """Whether it has a job."""
        return self._job is not None

    def give(self, job: Job) -> None:
        """Sends a job, also before the models are loaded.

        That the process has died is found when it is next listened to. Raises BackfillError where
        a photo's source cannot be sent to another process.
        """
        self._job, self._looks, self.heard = job, {}, self._clock()
        try:
            self.connection.send(job)
        except OSError:
            pass
        except Exception as error:  # pickling calls the sources' own code
            raise BackfillError(f"photos cannot be sent to a worker process: {error}") from error

    def listen(self) -> Outcome | None:
        """Takes one message; the outcome where it ends the job. Call when there is something.

        Raises EOFError where the process has died, BackfillError where it cannot begin.
        """
        try:
            message = self.connection.recv()
        except OSError as error:
            raise EOFError from error
        self.heard = self._clock()
        match message:
            case Ready():
                self.ready = True
            case Refused(reason, wrong_usage):
                raise (RunRefusedError if wrong_usage else BackfillError)(reason)
            case Began(token, position) if self._job is not None:
                self._looks[token] = (self._job.numbers[position], self.heard)
            case Ended(token):
                self._looks.pop(token, None)
            case Done(rows):
                return self._ended(Outcome(rows))
            case Broken(reason):
                return self._ended(Outcome(None, reason=reason))
        return None

    def late(self, seconds: float) -> tuple[int, ...]:
        """The photos, by number, that have been looked at for longer than this."""
        now = self._clock()
        return tuple(number for number, began in self._looks.values() if now - began > seconds)

    def silent(self) -> float:
        """Seconds since it was last heard of, or given a job."""
        return self._clock() - self.heard

    def end(self, overdue: tuple[int, ...] = ()) -> Outcome:
        """Kills the process if it lives; the outcome of its job."""
        if self.process.is_alive():
            self.process.kill()
        self.process.join(LONGEST_DEATH)
        self.connection.close()
        in_flight = tuple(number for number, _ in self._looks.values())
        return Outcome(None, overdue, in_flight, self._death())

    def _death(self) -> str:
        code = self.process.exitcode
        if code is not None and code < 0:
            try:
                return f"its process was ended by {signal.Signals(-code).name}"
            except ValueError:
                return f"its process was ended by signal {-code}"
        return f"its process ended with status {code}"

    def _ended(self, outcome: Outcome) -> Outcome:
        self._job, self._looks = None, {}
        return outcome


@contextmanager
def _deaf_to_signals() -> Iterator[None]:
    """A process started in here never sees Ctrl-C or SIGTERM, which reach whole groups.

    This process gets those that come meanwhile afterwards.
    """
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # else starting a process starts it, and lifts the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
