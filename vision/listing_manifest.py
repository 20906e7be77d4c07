"""Manifests of listings: CSV, JSON Lines and Parquet, read a row at a time.

A manifest has the columns `listing_id` (text or a whole number) and `photos` (file names: a list,
in CSV one text separated by `|`). Names are relative to the manifest; absolute ones and `..` are
allowed, for the file is its user's own; `vision.remote_rule` says which addresses are. Every other
column is carried along. Whatever is wrong is a `ListingError` that names the file and the line, in
Parquet the row.
"""

import csv
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vision.listing_error import ListingError
from vision.listing_values import clean_text, to_json_value

if TYPE_CHECKING:
    from vision.remote_file import RemoteFile

ID_COLUMN, PHOTOS_COLUMN = REQUIRED_COLUMNS = "listing_id", "photos"
PHOTO_SEPARATOR = "|"
MANIFEST_SUFFIXES = frozenset({".csv", ".jsonl", ".parquet"})


@dataclass(frozen=True)
class ManifestRow:
    """One listing as the manifest writes it; `place` counts lines, in Parquet rows, from 1."""

    place: int
    listing_id: str
    photos: tuple[str, ...]
    extra: Mapping[str, Any]


def read_manifest(path: Path) -> Iterator[ManifestRow]:
    """The rows of a manifest, streamed. Raises ListingError for a row as soon as it is reached."""
    for place, values in _raw_rows(path):
        try:
            yield _checked_row(place, values)
        except ValueError as error:
            raise ListingError(str(error), path, place, place_unit(path)) from error


def place_unit(path: "Path | RemoteFile") -> str:
    """What `ManifestRow.place` counts: "row" in Parquet, otherwise "line"."""
    return "row" if path.suffix.lower() == ".parquet" else "line"


def check_columns(names: list[str], path: Path, place: int | None) -> None:
    """Raise ListingError where a needed column is missing or a name comes twice."""
    for column in REQUIRED_COLUMNS:
        if column not in names:
            found = ", ".join(repr(name) for name in names) or "none"
            raise ListingError(f"column {column!r} is missing (columns: {found})", path, place)
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ListingError(f"column {name!r} comes twice", path, place)


def _raw_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        from vision.listing_parquet import parquet_rows

        yield from parquet_rows(path)
        return
    try:
        yield from (_csv_rows if suffix == ".csv" else _json_rows)(path)
    except OSError as error:
        raise ListingError(f"cannot be read: {error.strerror}", path) from error


def _checked_row(place: int, values: dict[str, Any]) -> ManifestRow:
    for column in REQUIRED_COLUMNS:
        if column not in values:
            raise ValueError(f"{column!r} is missing")
    listing_id, photos = _checked_id(values[ID_COLUMN]), _checked_photos(values[PHOTOS_COLUMN])
    extra = {name: value for name, value in values.items() if name not in REQUIRED_COLUMNS}
    return ManifestRow(place, listing_id, photos, to_json_value(extra))


def _checked_id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"listing_id must be text or a whole number, not {value!r:.60}")
    return clean_text(value)


def _checked_photos(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"photos must be a list of file names, not {value!r:.60}")
    if not value:
        raise ValueError("photos is empty: a listing needs at least one photo")
    return tuple(_checked_photo(name) for name in value)


def _checked_photo(name: Any) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"photos holds {name!r:.60} where a file name must be")
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        raise ValueError(f"photos holds {name!r:.60}, which cannot be a file name") from None
    if "\0" in name:
        raise ValueError(f"photos holds {name!r:.60}, which cannot be a file name")
    return name


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.reader(_text_lines(path), strict=True)
    records = _numbered_records(reader, path)
    place, header = next(records, (1, []))
    names = [name.strip() or f"column_{index}" for index, name in enumerate(header, 1)]
    check_columns(names, path, place)
    for place, fields in records:
        if len(fields) != len(names):
            reason = f"{len(fields)} fields where the header has {len(names)}"
            raise ListingError(reason, path, place)
        values: dict[str, Any] = dict(zip(names, fields, strict=True))
        yield place, values | {PHOTOS_COLUMN: _split_photos(values[PHOTOS_COLUMN])}


def _numbered_records(reader: Any, path: Path) -> Iterator[tuple[int, list[str]]]:
    """CSV records that are not blank, each with the number of the line it begins on."""
    while True:
        place = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ListingError(f"not valid CSV: {error}", path, place) from error
        if fields:
            yield place, fields


def _split_photos(text: str) -> list[str]:
    return [name.strip() for name in text.split(PHOTO_SEPARATOR)] if text.strip() else []


def _json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for place, line in enumerate(_text_lines(path), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ListingError(f"not valid JSON: {error}", path, place) from error
        if not isinstance(values, dict):
            raise ListingError("not a JSON object", path, place)
        yield place, values


def _text_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file, ends kept, a byte order mark dropped. Split at newlines alone."""
    with path.open("rb") as file:
        for place, line in enumerate(file, 1):
            try:
                yield line.decode("utf-8-sig" if place == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise ListingError(f"not UTF-8 text: {error.reason}", path, place) from error
