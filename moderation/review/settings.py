"""How the desk works: times, shares and limits, read from a TOML file."""

import tomllib
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from moderation.errors import PolicyError
from moderation.review.errors import DeskSettingsError
from moderation.taxonomy import Model, Strict, checked

Seconds = Annotated[float, Field(gt=0.0, le=7 * 86400.0)]
Count = Annotated[int, Field(ge=1, le=100_000)]


class DeskSettings(Strict):
    """Times in seconds, shares of 0..1; `settings.toml` explains each."""

    lease: Seconds
    undo: Seconds
    rest: Seconds
    double_review_share: Annotated[float, Field(ge=0.0, le=1.0)]
    longest_note: Count
    sign_in_failures: Count
    sign_in_window: Seconds
    session_idle: Seconds
    session_longest: Seconds
    shortest_password: Annotated[int, Field(ge=8, le=128)]

    @classmethod
    def load(cls, path: Path | None = None, **changes: float) -> "DeskSettings":
        """The settings that ship, changed by what the file at `path` gives, then by `changes`.

        Raises DeskSettingsError naming the file and the key for one that is unknown or out of
        bounds.
        """
        shipped = tomllib.loads(
            files("moderation.review").joinpath("settings.toml").read_text("utf-8")
        )
        own = _own(path) if path is not None else {}
        return checked_file(cls, {**shipped, **own, **changes}, str(path or "settings.toml"))

    @property
    def lease_time(self) -> timedelta:
        return timedelta(seconds=self.lease)

    @property
    def undo_time(self) -> timedelta:
        return timedelta(seconds=self.undo)

    @property
    def rest_time(self) -> timedelta:
        return timedelta(seconds=self.rest)


def checked_file(model: type[Model], data: dict[str, Any], where: str) -> Model:
    """`data` as `model`; raises DeskSettingsError with the file and the key of each fault."""
    try:
        return checked(model, data, where)
    except PolicyError as error:
        raise DeskSettingsError(str(error)) from error


def _own(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise DeskSettingsError(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DeskSettingsError(f"{path}: {error}") from error
