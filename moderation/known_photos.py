"""Lists of photos already decided, kept by their PDQ hashes, and read from CSV or JSON lines."""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moderation.errors import HashListError
from moderation.hash_index import HashIndex
from moderation.pdq import LEAST_QUALITY, PdqHash

Decision = Literal["removed", "mature", "approved"]
DECISIONS: tuple[Decision, ...] = ("removed", "mature", "approved")
COLUMNS = ("pdq", "quality", "decision", "list", "decided_on")


class DecidedPhoto(BaseModel):
    """One row of a list: a photo's hash and quality, and who decided what of it on which day."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    pdq: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    quality: Annotated[int, Field(ge=0, le=100)]
    decision: Decision
    list_name: Annotated[str, Field(alias="list", pattern=r"^[\w .:/-]{1,80}$")]
    decided_on: date


@dataclass(frozen=True)
class KnownMatch:
    """A photo of a list that a hash matches, and in how many of the 256 bits the two differ."""

    decision: Decision
    list_name: str
    decided_on: date
    distance: int


class KnownPhotos:
    """Photos already decided, searched by hash.

    `version` is the start of the SHA-256 of what was read: the same files in the same order have
    the same version. `discarded` counts the rows whose hash has a quality of 49 or less, which are
    never matched.
    """

    def __init__(self, photos: Iterable[DecidedPhoto], version: str) -> None:
        hashes: list[str] = []
        days: list[int] = []
        decided: list[tuple[int, int]] = []
        names: dict[str, int] = {}
        self.version = version
        self.discarded = 0
        for photo in photos:
            if photo.quality < LEAST_QUALITY:
                self.discarded += 1
                continue
            hashes.append(photo.pdq)
            days.append(photo.decided_on.toordinal())
            kind = DECISIONS.index(photo.decision)
            decided.append((kind, names.setdefault(photo.list_name, len(names))))
        self._index = HashIndex(hashes)
        self._days = np.array(days, dtype=np.int32)
        self._decided = np.array(decided, dtype=np.int32).reshape(-1, 2)
        self._names = tuple(names)

    @classmethod
    def load(cls, files: Sequence[Path]) -> "KnownPhotos":
        """Reads lists from `.csv` or `.jsonl` files.

        Raises HashListError naming file, line and key for one that cannot be read or has a fault.
        """
        digest = hashlib.sha256()
        for file in files:
            digest.update(hashlib.sha256(_content(file)).digest())
        rows = (photo for file in files for photo in read_hash_list(file))
        return cls(rows, digest.hexdigest()[:12])

    def __len__(self) -> int:
        return len(self._index)

    def matches(self, pdq: PdqHash) -> tuple[KnownMatch, ...]:
        """The nearest match of each decision, nearest first; none for a hash of low quality."""
        if not pdq.usable:
            return ()
        best: dict[Decision, KnownMatch] = {}
        for row, distance in zip(*self._index.within(pdq.hex), strict=True):
            kind, name = self._decided[row]
            decided_on = date.fromordinal(int(self._days[row]))
            match = KnownMatch(DECISIONS[kind], self._names[name], decided_on, int(distance))
            best.setdefault(match.decision, match)
        return tuple(best.values())


def read_hash_list(file: Path) -> Iterator[DecidedPhoto]:
    """The rows of a `.csv` file with the columns of `COLUMNS`, or of a `.jsonl` file with an
    object of these keys a line. Raises HashListError naming file, line and key."""
    content = _content(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise HashListError(f"{file}:{line}: not UTF-8: {error.reason}") from error
    rows = _csv_rows(file, text) if file.suffix.lower() == ".csv" else _json_rows(file, text)
    for line, row in rows:
        try:
            yield DecidedPhoto.model_validate(row)
        except ValidationError as error:
            fault = error.errors()[0]
            key = ".".join(str(part) for part in fault["loc"]) or "line"
            raise HashListError(f"{file}:{line}: {key}: {fault['msg']}") from error


def write_hash_list(photos: Iterable[DecidedPhoto], file: Path) -> int:
    """Writes a `.jsonl` list that `read_hash_list` reads, whole or not at all; returns the rows.

    Raises OSError where the file cannot be written.
    """
    lines = [photo.model_dump_json(by_alias=True) + "\n" for photo in photos]
    partial = file.with_name(file.name + ".partial")
    partial.write_text("".join(lines), "utf-8")
    partial.replace(file)
    return len(lines)


def _content(file: Path) -> bytes:
    if file.suffix.lower() not in (".csv", ".jsonl"):
        raise HashListError(f"{file}: a list of decided photos is a .csv or a .jsonl file")
    try:
        return file.read_bytes()
    except OSError as error:
        raise HashListError(f"{file}: {error.strerror or error}") from error


def _csv_rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    try:
        if sorted(reader.fieldnames or ()) != sorted(COLUMNS):
            raise HashListError(f"{file}:1: the columns must be {', '.join(COLUMNS)}")
        for row in reader:
            if None in row or None in row.values():
                raise HashListError(f"{file}:{reader.line_num}: not {len(COLUMNS)} columns")
            yield reader.line_num, row
    except csv.Error as error:
        raise HashListError(f"{file}:{reader.line_num}: {error}") from error


def _json_rows(file: Path, text: str) -> Iterator[tuple[int, Any]]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            yield line, json.loads(content)
        except ValueError as error:
            raise HashListError(f"{file}:{line}: not JSON: {error}") from error
