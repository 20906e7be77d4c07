"""Threads that open and measure photos, and their end."""

import os
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import cv2


class WorkerThreads:
    """Owns a pool of `threads` threads, all cores by default; ended by `close` or a `with` block.

    OpenCV is kept to one thread for the whole process: photos are spread over these already.
    """

    def __init__(self, threads: int | None) -> None:
        self.threads = os.cpu_count() or 1 if threads is None else threads
        cv2.setNumThreads(1)
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="vitrine")

    def close(self) -> None:
        """Ends the threads; the object cannot be used afterwards. Waiting photos are dropped."""
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
