"""One thread that runs the models for all calls, and gathers the batches of concurrent calls.

A call hands over its photos and waits. Calls are served in the order in which they came, and none
has more than one batch waiting: so a long stream and a short call take turns.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Condition
from typing import Generic, TypeVar

from vision.enricher_errors import ClosedError

Item = TypeVar("Item")
Result = TypeVar("Result")

Answer = TypeVar("Answer")


class _Request(Generic[Item, Result]):
    def __init__(self, work: Callable[[list[Item]], list[Result]], items: Sequence[Item]) -> None:
        self.work = work
        self.items = items
        self.arrived = time.monotonic()
        self.answer: Future[list[Result]] = Future()


class BatchWindow(Generic[Item, Result]):
    """Runs work over items in a thread of its own, which starts when first needed.

    With `seconds` the items of concurrent calls are gathered, up to `size` at a time. They wait
    that long at most, beside the time that an earlier batch takes, and less where it would be in
    vain: until there are `size` items, or every call that announced itself (`calling`) is waiting.
    Without it every call's items are a batch of their own.
    """

    def __init__(self, size: int, seconds: float | None = None, name: str = "") -> None:
        self._size = size
        self._seconds = seconds
        self._changed = Condition()
        self._waiting: deque[_Request[Item, Result]] = deque()
        self._calls = 0
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    @contextmanager
    def calling(self) -> Iterator[None]:
        """The context of a call that will hand over items: others may wait for them."""
        with self._changed:
            self._calls += 1
        try:
            yield
        finally:
            with self._changed:
                self._calls -= 1
                self._changed.notify()

    def run(
        self, work: Callable[[list[Item]], list[Result]], items: Sequence[Item]
    ) -> list[Result]:
        """`work(items)`: one result for each item, whoever else's items are in the same batch.

        Raises what `work` raises for these items alone, and ClosedError if it is closed before they
        are begun. Whoever is interrupted while it waits takes its items back.
        """
        request: _Request[Item, Result] = _Request(work, items)
        with self._changed:
            if self._closed:
                raise ClosedError
            self._thread.submit(self._serve)  # one job for each request; some find nothing to do
            self._waiting.append(request)
            self._changed.notify()
        try:
            return request.answer.result()
        finally:
            request.answer.cancel()

    def call(self, function: Callable[[], Answer]) -> Answer:
        """`function()`, called in the thread; raises what it raises."""
        return self._thread.submit(function).result()

    def close(self) -> None:
        """Ends the thread after its present batch; calls that still wait get a ClosedError."""
        with self._changed:
            self._closed = True
            dropped, self._waiting = self._waiting, deque()
            self._changed.notify()
        for request in dropped:
            if request.answer.set_running_or_notify_cancel():
                request.answer.set_exception(ClosedError())
        self._thread.shutdown()

    def _serve(self) -> None:
        with self._changed:
            while self._waiting and (seconds := self._patience()) > 0:
                self._changed.wait(seconds)
            requests = self._taken()
        if requests:
            self._answer(requests)

    def _patience(self) -> float:
        """Seconds to wait for more items; 0 or less where it is time."""
        if self._seconds is None or self._calls <= len(self._waiting):
            return 0.0
        if sum(len(request.items) for request in self._waiting) >= self._size:
            return 0.0
        return self._waiting[0].arrived + self._seconds - time.monotonic()

    def _taken(self) -> list[_Request[Item, Result]]:
        """The next batch: the oldest request, and as many after it as there is room for."""
        taken: list[_Request[Item, Result]] = []
        room = self._size
        while self._waiting:
            request = self._waiting[0]
            if taken and not self._fits(request, taken[0], room):
                break
            self._waiting.popleft()
            if request.answer.set_running_or_notify_cancel():
                taken.append(request)
                room -= len(request.items)
        return taken

    def _fits(
        self, request: _Request[Item, Result], first: _Request[Item, Result], room: int
    ) -> bool:
        gathers = self._seconds is not None and request.work == first.work
        return gathers and len(request.items) <= room

    def _answer(self, requests: list[_Request[Item, Result]]) -> None:
        """Where the work fails on a gathered batch, each call's items are tried alone."""
        try:
            results = requests[0].work([item for request in requests for item in request.items])
        except BaseException as error:
            if len(requests) == 1:
                requests[0].answer.set_exception(error)
                return
            for request in requests:
                self._answer([request])
            return
        answers = iter(results)
        for request in requests:
            request.answer.set_result([next(answers) for _ in request.items])
