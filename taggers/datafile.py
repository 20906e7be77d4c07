"""Reading the TOML files beside the code, with errors that name the file and the key."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from taggers.errors import DataFileError

DATA = Path(__file__).parent / "data"


class Table:
    """One table of a TOML file, read key by key.

    Every getter raises `DataFileError` naming the file and the key where the value is missing or
    of another type; `finish` raises it for keys that nobody asked for, which are misspellings.
    """

    def __init__(self, file: Path, key: str, values: Mapping[str, Any]) -> None:
        self.file = file
        self.key = key
        self._values = values
        self._read: set[str] = set()

    def error(self, problem: str, key: str = "") -> DataFileError:
        """The error for this table, or for `key` in it."""
        return DataFileError(self.file, ".".join(part for part in (self.key, key) if part), problem)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys in file order."""
        return tuple(self._values)

    def text(self, key: str) -> str:
        """A string that is not blank."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error("must be a text that is not empty", key)
        return value

    def flag(self, key: str) -> bool:
        """A boolean."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise self.error("must be true or false", key)
        return value

    def count(self, key: str) -> int:
        """A whole number of at least 1."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.error("must be a whole number of at least 1", key)
        return value

    def optional_count(self, key: str) -> int | None:
        """A whole number of at least 1, or None where the key is absent."""
        return self.count(key) if key in self._values else None

    def texts(self, key: str, *, empty: bool = False) -> tuple[str, ...]:
        """A list of strings without repeats; it may be empty only where `empty` says so."""
        value = self._get(key)
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise self.error("must be a list of texts", key)
        if not all(isinstance(item, str) and (item.strip() or empty) for item in value):
            raise self.error("must be a list of texts that are not empty", key)
        if not value and not empty:
            raise self.error("must not be empty", key)
        if len(set(value)) != len(value):
            raise self.error("names the same thing twice", key)
        return tuple(value)

    def table(self, key: str) -> "Table":
        """A nested table."""
        value = self._get(key)
        if not isinstance(value, Mapping):
            raise self.error("must be a table", key)
        return Table(self.file, f"{self.key}.{key}" if self.key else key, value)

    def tables(self) -> tuple[tuple[str, "Table"], ...]:
        """Every key of this table, each of which must hold a table, in file order."""
        return tuple((key, self.table(key)) for key in self.names)

    def finish(self) -> None:
        """Refuse keys that were not read."""
        for key in self._values:
            if key not in self._read:
                raise self.error("is not a known key", key)

    def _get(self, key: str) -> Any:
        if key not in self._values:
            raise self.error("is missing", key)
        self._read.add(key)
        return self._values[key]


def read_table(file: Path) -> Table:
    """The top table of a TOML file.

    Raises `DataFileError` where the file is missing, is not UTF-8, or is not TOML (a key given
    twice included).
    """
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataFileError(file, "", f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataFileError(file, "", f"is not TOML: {error}") from error
    return Table(file, "", values)
