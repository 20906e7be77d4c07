"""Photo sources that do to the process that reads them what broken codecs do."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Deadly:
    """Ends the process that reads it."""

    def read(self, _size: int, /) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""


@dataclass(frozen=True)
class DeadlyOnce:
    """Ends the first process that reads it; afterwards it is a photo like any other."""

    photo: bytes
    trace: Path

    def read(self, _size: int, /) -> bytes:
        if not self.trace.exists():
            self.trace.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return b""


@dataclass(frozen=True)
class Unsendable:
    """Cannot go to another process."""

    def read(self, _size: int, /) -> bytes:
        return b""

    def __reduce__(self) -> str:
        raise TypeError("it stays here")
