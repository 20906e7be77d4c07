"""Every error that stops a backfill. Photos that fail stop nothing: their records say why."""

from collections.abc import Sequence
from pathlib import Path


class BackfillError(Exception):
    """A backfill cannot go on, or cannot begin.

    Raised where workers cannot be started, where an engine is not installed, where a folder holds
    shards without the run that wrote them, where the input changes while it is read, and where no
    record of a listing can be made. What was written before can be resumed.
    """


class RunRefusedError(BackfillError):
    """The options given cannot be used, or are not those of the run in the output folder.

    `differences` says, a sentence each, what differs.
    """

    def __init__(self, reason: str, differences: Sequence[str] = ()) -> None:
        super().__init__("\n  ".join((reason, *differences)))
        self.differences = tuple(differences)


class RunLockedError(BackfillError):
    """Another process is writing to the output folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: another backfill is running in this folder")


class NoRoomError(BackfillError):
    """The output folder's disk is full, or a quota or a limit on file sizes is reached."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder}: there is no room for the next shard ({reason}). Make room, then give the "
            "same command again: it goes on where it stopped."
        )
