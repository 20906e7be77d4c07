"""Threads that open and measure photos, their end, and what becomes of them in a fork."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import cv2

from vision.blas_threads import keep_blas_to_one_thread
from vision.fork_gate import ForkGate, fork_watch, never_free


class WorkerThreads:
    """Owns a pool of `threads` threads, all cores by default; ended by `close` or a `with` block.

    OpenCV and numpy's OpenBLAS are kept to one thread for the whole process: photos are spread over
    these already. A fork waits for the work within `_gate`; a forked child has threads of its own,
    started when needed.
    """

    def __init__(self, threads: int | None) -> None:
        self.threads = os.cpu_count() or 1 if threads is None else threads
        cv2.setNumThreads(1)
        keep_blas_to_one_thread()
        self._closed = False
        self._native: tuple[object, ...] = ()
        """Owners of native threads, which must not be freed where those are missing."""
        self._gate = ForkGate()
        self._start_threads()
        fork_watch.add(self)

    def close(self) -> None:
        """Ends the threads; the object cannot be used afterwards. Waiting photos are dropped."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)

    def _start_threads(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="vitrine")

    def before_fork(self) -> None:
        """Waits for the work that has begun; what has not, waits for the fork."""
        self._gate.shut()

    def after_fork_in_parent(self) -> None:
        """Lets the threads go on."""
        self._gate.open()

    def after_fork_in_child(self) -> None:
        """Makes new threads; what the parent's were doing is not done here."""
        self._gate = ForkGate()
        for owner in self._native:
            never_free(owner)
        if not self._closed:
            _renew_torch_threads(self.threads)
            self._start_threads()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _renew_torch_threads(threads: int) -> None:
    """Has torch, where it is in use, make its pool anew in a forked child with one thread as yet.

    It does so when threads first use it, and where two do at once, one finds none ("Invalid thread
    pool!", aten/src/ATen/ParallelOpenMP.cpp).
    """
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(threads)
