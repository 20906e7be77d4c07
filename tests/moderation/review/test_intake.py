"""Filling the queue from a file of records."""

import json
from pathlib import Path
from typing import Any

import pytest

from moderation.review.desk import Desk
from moderation.review.errors import RecordFileError
from moderation.review.item import Flag, ListingPhoto
from tests.moderation.review.desks import (
    CODE,
    POLICY,
    fill,
    flag,
    person,
    photo,
    record,
    write_records,
)

FAILED = {"code": "truncated", "message": "The photo is cut off."}


def test_an_item_holds_what_the_record_says_of_its_photo(desk: Desk, tmp_path: Path) -> None:
    photos = [
        photo("mug", 0, "clear"),
        photo("mug", 1, "block", pdq="ab" * 32, pdq_quality=88),
    ]
    flags = [flag(1, 0.97, verdict="block", threshold=0.95, view="frame", frame=3), flag(0, 0.1)]
    reasons = ("The item is one for children.", "Photo 1: Not this.", "Photo 2: Uncovered parts.")
    fill(desk, tmp_path, record("mug", photos, flags, "block", reasons))
    item = desk.next_item(person(desk))
    assert item is not None
    assert (item.listing_id, item.photo_index, item.verdict, item.priority) == (
        "mug",
        1,
        "block",
        0,
    )
    assert (item.source, item.size, item.has_picture) == ("mug/1.jpg", (640, 480), True)
    assert (item.pdq, item.pdq_quality, item.sha256) == ("ab" * 32, 88, photos[1]["sha256"])
    assert item.reasons == ("The item is one for children.", "Uncovered parts.")
    assert (item.policy, item.category) == (POLICY, "home.kitchen.mugs")
    assert item.detectors == ("nudenet-320n@c15d8273adad",)
    assert item.model == {"bundle": "vitrine-tiny", "version": "1"}
    assert item.listing_photos[0] == ListingPhoto(0, "mug/0.jpg", photos[0]["sha256"], "clear")
    assert item.flags == (
        Flag(
            "explicit_nudity",
            0.97,
            0.95,
            "block",
            "frame",
            3,
            (10, 20, 30, 40),
            CODE,
            "Uncovered parts may be in the picture.",
            "A person will look at it.",
            "nudenet-320n",
            "FEMALE_BREAST_EXPOSED",
        ),
    )


def test_only_photos_that_need_a_person_are_imported(lite: Desk, tmp_path: Path) -> None:
    photos = [
        photo("a", 0, "clear"),
        photo("a", 1, "review"),
        photo("a", 2, "unassessed"),
        photo("a", 3, "block"),
        photo("a", 4, "review", error=FAILED, sha256=None, width=None, height=None),
        photo("a", 5, "unassessed", error=FAILED),
    ]
    assert fill(lite, tmp_path, record("a", photos, [])).added == 4


def test_a_failed_photo_says_why_and_has_no_picture(lite: Desk, tmp_path: Path) -> None:
    failed = photo("a", 0, error=FAILED, sha256=None, width=None, height=None)
    fill(lite, tmp_path, record("a", [failed], [], reasons=("Photo 1: The photo is cut off.",)))
    item = lite.next_item(person(lite))
    assert item is not None
    assert (item.error_code, item.error_message) == ("truncated", "The photo is cut off.")
    assert (item.has_picture, item.size, item.sha256) == (False, None, None)
    assert item.reasons == ("The photo is cut off.",)


def test_a_listing_without_photos_that_needs_a_person_is_an_item(
    lite: Desk, tmp_path: Path
) -> None:
    empty = record("empty", [], [], reasons=("The listing has no photo.",))
    assert fill(lite, tmp_path, empty, record("fine", [], [], "clear")).added == 1
    item = lite.next_item(person(lite))
    assert item is not None
    assert (item.photo_index, item.error_code, item.has_picture) == (None, "no_photo", False)
    assert fill(lite, tmp_path, empty).added == 0


def test_importing_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    records = [record(f"listing-{i}") for i in range(3)]
    assert fill(desk, tmp_path, *records).added == 3
    before = desk.item(1)
    again = fill(desk, tmp_path, *records, records[0])
    assert (again.records, again.added, again.known) == (4, 0, 4)
    assert desk.item(1) == before


def test_other_bytes_or_another_policy_make_another_item(lite: Desk, tmp_path: Path) -> None:
    fill(lite, tmp_path, record("a"))
    assert fill(lite, tmp_path, record("a", [photo("a", sha256="0" * 64)])).added == 1
    assert fill(lite, tmp_path, record("a", policy="default@77")).added == 1


def _without(key: str) -> dict[str, Any]:
    return {name: value for name, value in record("bad").items() if name != key}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("not json", "not a line of JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "not a JSON object"),
        (b"\xff\xfe", "not a line of JSON"),
        (json.dumps(record("b", schema_version="2.0")), r"schema_version: '2\.0' cannot be read"),
        (json.dumps(_without("schema_version")), "schema_version: None cannot be read"),
        (json.dumps(_without("moderation")), "moderation: Field required"),
        (json.dumps(record("")), "listing_id: "),
        (json.dumps(record("a\0b")), "listing_id: "),
        (json.dumps(record("b", flags=[flag(score=1.5)])), r"moderation\.labels\.0\.score: "),
        (json.dumps(record("b", flags=[flag(score=float("nan"))])), r"labels\.0\.score: "),
        (json.dumps(record("b", flags=[flag(photo=4)])), r"labels\.0\.photo: there is no photo 4"),
        (json.dumps(record("b", [photo("b", 3)])), r"photos\.0\.index: 3, but must be 0"),
        (json.dumps(record("b", [photo("b", sha256="xyz")])), r"photos\.0\.sha256: "),
        (json.dumps(record("b", [photo("b", pdq="ab")])), r"photos\.0\.pdq: "),
        (json.dumps(record("b", policy="no version")), r"moderation\.policy: "),
    ],
)
def test_a_bad_line_is_named_with_its_key_and_nothing_is_imported(
    lite: Desk, tmp_path: Path, line: str | bytes, why: str
) -> None:
    file = write_records(tmp_path, record("good"))
    with file.open("ab") as lines:
        lines.write(b"\n" + (line if isinstance(line, bytes) else line.encode()) + b"\n")
    with pytest.raises(RecordFileError, match=rf"records\.jsonl, line 3: .*{why}"):
        lite.import_records(file, None)
    assert lite.item(1) is None
    assert lite.audit() == ()


def test_nothing_is_half_imported_on_either_database(desk: Desk, tmp_path: Path) -> None:
    file = write_records(tmp_path, record("good"), record("bad", schema_version="9"))
    with pytest.raises(RecordFileError):
        desk.import_records(file, None)
    assert desk.item(1) is None


def test_a_missing_file_is_a_clear_error(lite: Desk, tmp_path: Path) -> None:
    with pytest.raises(RecordFileError, match=r"none\.jsonl: No such file"):
        lite.import_records(tmp_path / "none.jsonl", None)


def _photo_folder(folder: Path) -> Path:
    root = folder / "photos"
    (root / "mug-1").mkdir(parents=True)
    (root / "mug-1" / "0.jpg").write_bytes(b"a photo")
    return root


def test_photos_are_found_below_the_root(lite: Desk, tmp_path: Path) -> None:
    root = _photo_folder(tmp_path)
    lite.import_records(write_records(tmp_path, record("mug-1")), root)
    item = lite.item(1)
    assert item is not None
    assert item.root == str(root.resolve())


@pytest.mark.parametrize("source", ["mug-1/gone.jpg", "../secret.jpg", "/etc/hostname", "mug-1"])
def test_a_photo_gone_from_disk_or_outside_the_root_is_named(
    lite: Desk, tmp_path: Path, source: str
) -> None:
    root = _photo_folder(tmp_path)
    (tmp_path / "secret.jpg").write_bytes(b"not for you")
    file = write_records(tmp_path, record("mug-1"), record("b", [photo("b", source=source)]))
    with pytest.raises(RecordFileError, match=rf"line 2: photos\.0\.source: .*'{source}'"):
        lite.import_records(file, root)
    assert lite.item(1) is None


def test_a_failed_photo_need_not_be_on_disk(lite: Desk, tmp_path: Path) -> None:
    root = _photo_folder(tmp_path)
    file = write_records(tmp_path, record("gone", [photo("gone", error=FAILED)], []))
    assert lite.import_records(file, root).added == 1
