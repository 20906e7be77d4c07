"""Records back from JSON lines: the parts of them that a decision needs, and every byte besides."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from moderation import Context, Detection, Evidence
from vision.moderate.errors import StoredRecordError
from vision.record import (
    SCHEMA_VERSION,
    LabelRecord,
    ModerationRecord,
    PhotoErrorRecord,
    PhotoModerationRecord,
)


class _Part(BaseModel):
    """The keys of a record that are read; the others are kept as they are."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StoredCategory(_Part):
    """The suggested node of the taxonomy."""

    id: str


class StoredPhoto(_Part):
    """One photo of a stored record."""

    index: int
    source: str | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    error: PhotoErrorRecord | None = None
    moderation: PhotoModerationRecord


class StoredListing(_Part):
    """One stored record."""

    schema_version: str
    listing_id: str
    category: StoredCategory | None = None
    facets: dict[str, tuple[LabelRecord, ...]] = {}
    moderation: ModerationRecord
    photos: tuple[StoredPhoto, ...] = ()

    @property
    def context(self) -> Context:
        """What the taggers said of the item, as the policy was told of it."""
        departments = self.facets.get("department", ())
        return Context(
            self.category.id if self.category else None,
            departments[0].label if departments else None,
        )

    def evidence(self, photo: StoredPhoto) -> Evidence:
        """What was seen on one of its photos. A photo in error is a failure whatever else it
        says."""
        kept = photo.moderation
        failures = kept.failures
        if photo.error is not None and not failures:
            failures = (photo.error.message,)
        rows = [
            (
                seen.view,
                seen.frame,
                Detection(seen.label, seen.score, seen.box, seen.detector, seen.note),
            )
            for seen in kept.detections
        ]
        return Evidence.from_rows(rows, self.moderation.detectors, failures)


@dataclass(frozen=True)
class StoredLine:
    """A line of a file of records: where it stands, its text, and the record in it."""

    file: Path
    number: int
    text: str
    listing: StoredListing


def read_stored(file: Path) -> Iterator[StoredLine]:
    """The records of a JSON lines file, in order; empty lines are skipped.

    Raises StoredRecordError naming file, line and key for a line that is not JSON or no record of
    a schema version that this library reads, and OSError where the file cannot be read.
    """
    with file.open("rb") as stream:
        for number, content in enumerate(stream, start=1):
            if content.strip():
                yield _line(file, number, content)


def _line(file: Path, number: int, content: bytes) -> StoredLine:
    where = f"{file}:{number}"
    try:
        text = content.decode("utf-8").rstrip("\r\n")
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoredRecordError(f"{where}: not JSON: {error}") from error
    _check_version(where, data)
    try:
        listing = StoredListing.model_validate_json(text)
        for photo in listing.photos:
            listing.evidence(photo)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"])
        raise StoredRecordError(f"{where}: {key}: {fault['msg']}") from error
    except ValueError as error:
        raise StoredRecordError(f"{where}: photos: {error}") from error
    return StoredLine(file, number, text, listing)


def _check_version(where: str, data: Any) -> None:
    version = data.get("schema_version") if isinstance(data, dict) else None
    if not isinstance(data, dict):
        raise StoredRecordError(f"{where}: not a record: a JSON object is wanted")
    try:
        major, minor = (int(part) for part in str(version).split("."))
    except ValueError as error:
        raise StoredRecordError(f"{where}: schema_version: {version!r} is no version") from error
    ours, newest = (int(part) for part in SCHEMA_VERSION.split("."))
    if major != ours or minor > newest:
        raise StoredRecordError(
            f"{where}: schema_version: {version}; this library reads {ours}.0 to {SCHEMA_VERSION}"
        )
