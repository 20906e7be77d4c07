"""Stored records are read whole, or refused with the file, the line and the key."""

import json
from pathlib import Path
from typing import Any

import pytest

from moderation import Context, Policy, assess_photo
from tests.vision.moderate.stored_records import as_line, record, seen
from vision.moderate.errors import StoredRecordError
from vision.moderate.stored import StoredListing, read_stored
from vision.record import SCHEMA_VERSION


def _file(folder: Path, *lines: str) -> Path:
    file = folder / "records.jsonl"
    file.write_text("".join(line + "\n" for line in lines), "utf-8")
    return file


def _photo(**changes: Any) -> list[dict[str, Any]]:
    photo = record()["photos"][0]
    return [{**photo, **changes}]


def _detection(**changes: Any) -> list[dict[str, Any]]:
    one = seen("FEMALE_GENITALIA_COVERED", 0.4) | changes
    return _photo(moderation={"verdict": "clear", "mature": False, "detections": [one]})


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not JSON"),
        ("", None),
        ("[1]", "not a record"),
        (as_line(record(schema_version="2.0")), f"schema_version: 2.0; .* 1.0 to {SCHEMA_VERSION}"),
        (as_line(record(schema_version="1.99")), "schema_version: 1.99"),
        (as_line(record(schema_version="one")), "schema_version: 'one' is no version"),
        (as_line(record(schema_version=None)), "schema_version: None is no version"),
        (as_line({"listing_id": "x"}), "schema_version: None"),
        (as_line(record(moderation={"verdict": "clear"})), r"moderation\.mature: Field required"),
        (as_line(record(photos=_photo(moderation=None))), r"photos\.0\.moderation: "),
        (
            as_line(record(photos=_detection(score=1.5))),
            r"photos\.0\.moderation\.detections\.0\.score",
        ),
        (as_line(record(photos=_detection(box=[1, 2, 0, 4]))), "photos: the box of FEMALE"),
        (as_line(record(photos=_detection(scroe=1))), r"detections\.0\.scroe: "),
        (as_line(record(facets=3)), "facets: "),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, fault: str | None) -> None:
    file = _file(tmp_path, as_line(record()), line)
    if fault is None:
        assert len(list(read_stored(file))) == 1
        return
    with pytest.raises(StoredRecordError, match=rf"records\.jsonl:2: .*{fault}"):
        list(read_stored(file))


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(b"\xff\xfe\n")
    with pytest.raises(StoredRecordError, match=r"records\.jsonl:1: not JSON"):
        list(read_stored(file))


def test_the_context_is_what_the_taggers_said() -> None:
    department = {"department": [{"label": "girls", "confidence": 0.9}]}
    category = {"id": "clothing.kids.swimwear", "path": [], "confidence": 1, "reason": ""}
    stored = StoredListing.model_validate_json(
        json.dumps(record(category=category, facets=department))
    )
    assert stored.context == Context("clothing.kids.swimwear", "girls")
    assert StoredListing.model_validate_json(json.dumps(record())).context == Context(None, None)


def test_a_photo_in_error_stays_a_failure_whatever_else_the_record_says() -> None:
    error = {"code": "corrupt", "message": "The file is damaged."}
    clear = {"verdict": "clear", "mature": False}
    document = record(photos=_photo(error=error, moderation=clear))
    stored = StoredListing.model_validate_json(json.dumps(document))
    result = assess_photo(stored.evidence(stored.photos[0]), Policy.load("default"))
    assert (result.verdict, result.reasons) == ("review", ("The file is damaged.",))
