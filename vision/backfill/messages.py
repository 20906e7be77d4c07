"""What a worker process tells its supervisor."""

from dataclasses import dataclass

from vision.backfill.row import Row


@dataclass(frozen=True)
class Ready:
    """The models are loaded."""


@dataclass(frozen=True)
class Refused:
    """No enricher can be made, for this reason; `wrong_usage` where an option is to blame."""

    reason: str
    wrong_usage: bool


@dataclass(frozen=True)
class Began:
    """The photo at a position among the job's photos is being looked at; `token` names the look."""

    token: int
    position: int


@dataclass(frozen=True)
class Ended:
    """That look has ended, whether well or not."""

    token: int


@dataclass(frozen=True, eq=False)
class Done:
    """The job is done: a row for each listing."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Broken:
    """The job failed by an exception, which this names."""

    reason: str


Message = Ready | Refused | Began | Ended | Done | Broken
