"""The worker process: enriches the jobs it is sent, and reports each photo as it looks at it."""

import os
import signal
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import TYPE_CHECKING

from vision.backfill.chunk import Job
from vision.backfill.messages import Began, Broken, Done, Ended, Message, Ready, Refused
from vision.backfill.options import EnricherOptions
from vision.backfill.row import enrich_rows
from vision.listing import Listing

if TYPE_CHECKING:
    from vision.enricher import Enricher, Watch
    from vision.photo import PhotoSource


def work(
    connection: "Connection[Message, Job]", options: EnricherOptions, threads: int, embeddings: bool
) -> None:
    """What the process does, until its supervisor closes the connection or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; one decides
    Thread(target=_leave_with_parent, daemon=True).start()
    enricher = _enricher(connection, options, threads)
    if enricher is None:
        return
    reports = _Reports(connection)
    reports.send(Ready())
    with enricher:
        while True:
            try:
                job = connection.recv()
            except EOFError:
                return
            reports.send(_answer(enricher, job, embeddings, reports))


def _enricher(
    connection: "Connection[Message, Job]", options: EnricherOptions, threads: int
) -> "Enricher | None":
    from moderation.errors import PolicyError
    from taggers.errors import DataFileError, OwnLabelError, UnknownNameError

    try:
        return options.build(threads)
    except (PolicyError, DataFileError, OwnLabelError, UnknownNameError) as error:
        connection.send(Refused(str(error), wrong_usage=True))
    except Exception as error:  # its class may not survive the way to the other process
        connection.send(Refused(str(error) or type(error).__name__, wrong_usage=False))
    return None


def _answer(enricher: "Enricher", job: Job, embeddings: bool, reports: "_Reports") -> Message:
    try:
        watch = reports.watch(job.listings)
        return Done(tuple(enrich_rows(enricher, job.listings, embeddings, watch)))
    except Exception as error:  # the supervisor narrows down whose fault it is
        return Broken(f"{type(error).__name__}: {error}")


class _Reports:
    """Messages to the supervisor, from any thread."""

    def __init__(self, connection: "Connection[Message, Job]") -> None:
        self._connection = connection
        self._lock = Lock()
        self._tokens = count()

    def send(self, message: Message) -> None:
        with self._lock:
            self._connection.send(message)

    def watch(self, listings: Iterable[Listing]) -> "Watch":
        """Reports each photo's look. Photos given as one object are told apart by their order."""
        positions: dict[int, deque[int]] = defaultdict(deque)
        photos = (photo for listing in listings for photo in listing.photos)
        for position, photo in enumerate(photos):
            positions[id(photo)].append(position)

        def watched(source: "PhotoSource") -> AbstractContextManager[object]:
            return self._look(positions[id(source)].popleft())

        return watched

    @contextmanager
    def _look(self, position: int) -> Iterator[None]:
        token = next(self._tokens)
        self.send(Began(token, position))
        try:
            yield
        finally:
            self.send(Ended(token))


def _leave_with_parent() -> None:
    """Ends this process, whatever a codec is doing in it, when its supervisor is gone."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
