"""The parts of a record that the desk needs, checked; everything else in it is passed over."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moderation.review.errors import RecordFileError

SCHEMA_MAJOR = "1"
"""Records of this major schema version can be read: a minor one only adds fields."""

Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Side = Annotated[int, Field(ge=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Pdq = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Plain = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Text without NUL, which PostgreSQL cannot keep."""
Text64 = Annotated[Plain, Field(min_length=1, max_length=64)]
Verdict = Literal["clear", "review", "block", "unassessed"]


class Part(BaseModel):
    """Immutable; what this version does not know is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class FlagPart(Part):
    label: Text64
    score: Unit
    threshold: Unit
    verdict: Verdict
    photo: Annotated[int, Field(ge=0)]
    box: tuple[int, int, int, int] | None = None
    view: Literal["shown", "hidden", "frame"] = "shown"
    frame: int | None = None
    policy: Text64
    reason: Plain
    seller_message: Plain = ""
    detector: Plain
    detector_label: Plain


class ModerationPart(Part):
    verdict: Verdict
    labels: tuple[FlagPart, ...] = ()
    reasons: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()
    policy: Annotated[
        str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*@[0-9]+(\.[0-9]+)*$", max_length=128)
    ]


class PhotoModerationPart(Part):
    verdict: Verdict
    failures: tuple[str, ...] = ()


class ErrorPart(Part):
    code: Text64
    message: Plain


class PhotoPart(Part):
    index: Annotated[int, Field(ge=0)]
    source: Plain | None = None
    sha256: Sha256 | None = None
    pdq: Pdq | None = None
    pdq_quality: Annotated[int, Field(ge=0, le=100)] | None = None
    width: Side | None = None
    height: Side | None = None
    error: ErrorPart | None = None
    moderation: PhotoModerationPart


class CategoryPart(Part):
    id: Plain


class RecordPart(Part):
    schema_version: str
    listing_id: Annotated[Plain, Field(min_length=1, max_length=512)]
    category: CategoryPart | None = None
    moderation: ModerationPart
    photos: tuple[PhotoPart, ...]
    model: dict[str, Any]


def read_records(path: Path) -> Iterator[tuple[int, RecordPart]]:
    """Each record of a file of JSON lines with its line's number, from 1; empty lines are skipped.

    Raises RecordFileError naming file, line and key for a line that is not JSON in UTF-8, another
    major schema version, a missing field and a value out of bounds.
    """
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _record(line, f"{path}, line {number}")
    except OSError as error:
        raise RecordFileError(f"{path}: {error.strerror or error}") from error


def _record(line: bytes, where: str) -> RecordPart:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise RecordFileError(f"{where}: not a line of JSON: {error}") from error
    except RecursionError as error:
        raise RecordFileError(f"{where}: nested too deeply") from error
    if not isinstance(data, dict):
        raise RecordFileError(f"{where}: not a JSON object")
    _check_version(data.get("schema_version"), where)
    try:
        record = RecordPart.model_validate(data)
    except ValidationError as error:
        raise RecordFileError(f"{where}: {_first_fault(error)}") from error
    _check_photos(record, where)
    return record


def _check_version(version: object, where: str) -> None:
    if not isinstance(version, str) or version.partition(".")[0] != SCHEMA_MAJOR:
        raise RecordFileError(
            f"{where}: schema_version: {version!r} cannot be read, only {SCHEMA_MAJOR}.x"
        )


def _check_photos(record: RecordPart, where: str) -> None:
    for position, photo in enumerate(record.photos):
        if photo.index != position:
            raise RecordFileError(
                f"{where}: photos.{position}.index: {photo.index}, but must be {position}"
            )
    for position, flag in enumerate(record.moderation.labels):
        if flag.photo >= len(record.photos):
            raise RecordFileError(
                f"{where}: moderation.labels.{position}.photo: there is no photo {flag.photo}"
            )


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    return f"{key}: {fault['msg']}"
