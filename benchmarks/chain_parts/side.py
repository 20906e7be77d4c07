"""One side of the comparison in a process of its own, so that its peak memory is its own."""

import multiprocessing
import re
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.chain_parts.setting import Setting

Asked = tuple[str, list[Path]]


class Side:
    """A process that does one side's work when told to; ended by the `with` block.

    `setting` is Vitrine's; a number of prompts makes it the usual chain.
    """

    def __init__(self, setting: Setting | int) -> None:
        context = multiprocessing.get_context("spawn")
        self._name = "the usual chain" if isinstance(setting, int) else "Vitrine"
        self._asked = ""
        self._mine, theirs = context.Pipe()
        usual = multiprocessing.get_start_method()
        self._process = context.Process(target=_serve, args=(setting, theirs, usual))
        self._process.start()
        theirs.close()

    def ask(self, what: str, photos: list[Path]) -> Any:
        """Calls the side's method of this name; `peak` gives its peak memory in megabytes.

        Raises RuntimeError where the process ends before it answers.
        """
        self.tell(what, photos)
        return self.answer()

    def tell(self, what: str, photos: list[Path]) -> None:
        """As `ask`, without waiting: `answer` gives what comes back."""
        self._asked = what
        with self._alive():
            self._mine.send((what, photos))

    def answer(self) -> Any:
        """What comes of the last `tell`."""
        with self._alive():
            return self._mine.recv()

    @contextmanager
    def _alive(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            self._process.join()
            why = f"{self._name} ended with status {self._process.exitcode} in '{self._asked}'"
            raise RuntimeError(why) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._mine.close()
        self._process.join()


def _serve(setting: Setting | int, questions: Connection, start_method: str) -> None:
    """The libraries measured may start processes, and do so as they would in anyone's process."""
    multiprocessing.set_start_method(start_method, force=True)
    side = _side(setting)
    while True:
        try:
            what, photos = questions.recv()
        except EOFError:
            return
        questions.send(peak_memory_mb() if what == "peak" else getattr(side, what)(photos))


def _side(setting: Setting | int) -> Any:
    """Only the side's own libraries are imported."""
    if isinstance(setting, int):
        from benchmarks.chain_parts.usual import UsualChain

        return UsualChain(setting)
    from benchmarks.chain_parts.ours import Ours

    return Ours(setting)


def peak_memory_mb() -> float:
    """The most memory that this process has held, in megabytes."""
    status = Path("/proc/self/status")
    if status.is_file() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024 / 1e6  # the other figure starts at that of the parent
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
