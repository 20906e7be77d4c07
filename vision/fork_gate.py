"""Forks of a process whose threads are at work: the fork waits for them, and the child starts anew.

A thread that is not there in the child leaves locked there, for good, whatever it held when the
process was copied: the locks of native libraries too, where nobody can let go of them. So whatever
runs models or decodes photos passes a `ForkGate`, which a fork shuts until it is done.
"""

import ctypes
import os
from threading import Condition, Lock, get_ident
from typing import Protocol
from weakref import WeakSet

PATIENCE = 30.0
"""Seconds that a fork waits for work that does not end; it then goes ahead."""


class ForkGate:
    """A context for work during which the process must not be copied."""

    def __init__(self) -> None:
        self._changed = Condition(Lock())
        self._inside: set[int] = set()
        self._shut = False

    def __enter__(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._shut)
            self._inside.add(get_ident())

    def __exit__(self, *error: object) -> None:
        with self._changed:
            self._inside.discard(get_ident())
            self._changed.notify_all()

    def shut(self) -> None:
        """Lets nothing in, and waits until nothing is inside but the calling thread's own work."""
        with self._changed:
            self._shut = True
            self._changed.wait_for(lambda: self._inside <= {get_ident()}, PATIENCE)

    def open(self) -> None:
        """Lets work in again."""
        with self._changed:
            self._shut = False
            self._changed.notify_all()


class Forkable(Protocol):
    """Something with threads that takes part in forks."""

    def before_fork(self) -> None:
        """Brings the threads to rest."""

    def after_fork_in_parent(self) -> None:
        """Lets them go on."""

    def after_fork_in_child(self) -> None:
        """Makes new threads and locks, for there are none of the parent's threads here."""


class _ForkWatch:
    """The process's own hooks on `os.fork`, set once, for everything that takes part."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: WeakSet[Forkable] = WeakSet()
        self._resting: list[Forkable] = []
        self._hooked = False

    def add(self, subject: Forkable) -> None:
        """Has `subject` take part for as long as it lives; nothing where there are no forks."""
        if not hasattr(os, "register_at_fork"):
            return
        with self._lock:
            self._all.add(subject)
            if not self._hooked:
                self._hooked = True
                os.register_at_fork(
                    before=self._before,
                    after_in_parent=self._after_in_parent,
                    after_in_child=self._after_in_child,
                )

    def _before(self) -> None:
        self._lock.acquire()
        self._resting = list(self._all)
        for subject in self._resting:
            subject.before_fork()

    def _after_in_parent(self) -> None:
        for subject in self._resting:
            subject.after_fork_in_parent()
        self._resting = []
        self._lock.release()

    def _after_in_child(self) -> None:
        for subject in self._resting:
            subject.after_fork_in_child()
        self._resting = []
        self._lock.release()


# One for the process, as `os.fork` is.
fork_watch = _ForkWatch()


def never_free(owner: object) -> None:
    """Keeps an object for as long as the process lives, and through the interpreter's own end.

    For what has native threads and was inherited by a forked child: freeing it would wait for
    threads that are not there.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(owner))
