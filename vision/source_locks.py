"""One thread at a time at a file object or a PIL image, which cannot be read by two at once."""

import os
from contextlib import AbstractContextManager, nullcontext
from threading import Lock

import numpy as np

from vision.photo import PhotoSource
from vision.remote_file import RefusedFile, RemoteFile

STATELESS = (bytes, bytearray, memoryview, str, os.PathLike, np.ndarray, RemoteFile, RefusedFile)
"""Sources that several threads may read at once."""

_COUNT = 64
_ALIGNMENT = 16
"""Objects begin at multiples of so many bytes: the digits of `id` below it say nothing."""


class SourceLocks:
    """Locks for the photo sources that have a state; the same object always gets the same lock.

    Their number is fixed, so that nothing has to be remembered of a source. Two different sources
    may share one: they then wait for each other, and no more.
    """

    def __init__(self) -> None:
        self._locks = tuple(Lock() for _ in range(_COUNT))

    def held(self, source: PhotoSource) -> AbstractContextManager[object]:
        """A context in which no other thread reads `source`."""
        if isinstance(source, STATELESS):
            return nullcontext()
        return self._locks[id(source) // _ALIGNMENT % _COUNT]
