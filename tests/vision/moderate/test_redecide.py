"""Another policy over stored records: what changes, and that nothing else does."""

import json
from pathlib import Path

import pytest

from moderation import Policy
from tests.vision.detectors import RedBoxDetector
from tests.vision.moderate.stored_records import as_line, record, seen
from vision import Enricher, ListingRecord
from vision.moderate.errors import StoredRecordError
from vision.moderate.redecide import new_line, redecide
from vision.moderate.rewrite import redecide_file
from vision.moderate.stored import read_stored

DEFAULT, POSHMARK = Policy.load("default"), Policy.load("poshmark")


def test_the_same_policy_gives_the_same_bytes(records: Path, tmp_path: Path) -> None:
    report = redecide_file(records, DEFAULT, tmp_path / "new.jsonl")
    assert (tmp_path / "new.jsonl").read_bytes() == records.read_bytes()
    assert (report.listings, report.photos, report.changed, report.affected) == (5, 8, 0, [])


def test_another_policy_gives_what_enriching_under_it_gives(records: Path, tmp_path: Path) -> None:
    redecide_file(records, POSHMARK, tmp_path / "new.jsonl")
    decided = (tmp_path / "new.jsonl").read_text("utf-8").splitlines()
    photos = [records.parent / "photos" / f"{name}.png" for name in ("box", "plain", "broken")]
    with Enricher(threads=1, detectors=[RedBoxDetector()], policy="poshmark") as finder:
        for photo, line in zip(photos, decided, strict=False):
            enriched = finder.enrich([photo], listing_id=photo.stem, extra={"n": 1.5})
            assert line == enriched.model_dump_json()


def test_every_other_byte_stays_as_it_was(tmp_path: Path) -> None:
    odd = as_line(record(extra={"big": 12345678901234567890, "text": "\u00e9\u0000"}))
    odd = odd.replace(", ", " ,\t").replace('"listing_id":', '"listing_id" :')
    file = tmp_path / "records.jsonl"
    file.write_text(odd + "\r\n", "utf-8", newline="")
    redecide_file(file, POSHMARK, tmp_path / "new.jsonl")
    new = (tmp_path / "new.jsonl").read_text("utf-8")
    before, after = json.loads(odd), json.loads(new)
    for document in (before, after):
        del document["moderation"], document["schema_version"]
        del document["photos"][0]["moderation"]
    assert before == after
    assert new.startswith('{"schema_version": "1.2" ,\t"listing_id" : "mug" ,\t"category": null')
    assert new.rstrip("\n").endswith('"text": "\\u00e9\\u0000"}}')


def test_a_new_record_is_valid_and_names_the_new_policy(records: Path, tmp_path: Path) -> None:
    redecide_file(records, POSHMARK, tmp_path / "new.jsonl")
    lines = (tmp_path / "new.jsonl").read_text("utf-8").splitlines()
    for line, old in zip(lines, records.read_text("utf-8").splitlines(), strict=True):
        new = ListingRecord.model_validate_json(line)
        before = ListingRecord.model_validate_json(old)
        assert new.moderation.policy == POSHMARK.reference
        assert new.moderation.detectors == before.moderation.detectors
        assert new.moderation.layers == before.moderation.layers
        kept = {"moderation", "photos"}
        assert new.model_dump(exclude=kept) == before.model_dump(exclude=kept)
        for one, other in zip(new.photos, before.photos, strict=True):
            assert one.model_dump(exclude={"moderation"}) == other.model_dump(
                exclude={"moderation"}
            )
            assert one.moderation.detections == other.moderation.detections


def test_the_file_may_be_written_over_itself(records: Path, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(records.read_bytes())
    redecide_file(file, POSHMARK, file)
    redecide_file(file, DEFAULT, file)
    assert file.read_bytes() == records.read_bytes()


def test_a_line_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    file, output = tmp_path / "records.jsonl", tmp_path / "new.jsonl"
    file.write_text(as_line(record()) + "\n{\n", "utf-8")
    output.write_text("as before")
    with pytest.raises(StoredRecordError, match=":2: not JSON"):
        redecide_file(file, DEFAULT, output)
    assert output.read_text() == "as before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.jsonl", "records.jsonl"]


def test_a_photo_that_failed_is_never_cleared_by_any_policy(records: Path) -> None:
    lenient = DEFAULT.model_copy(
        update={
            "labels": {
                name: rule.model_copy(update={"flag": None, "review": None})
                for name, rule in DEFAULT.labels.items()
            }
        }
    )
    verdicts = {
        line.listing.listing_id: redecide(line.listing, lenient).listing.verdict
        for line in read_stored(records)
    }
    assert verdicts["broken"] == "review"
    assert verdicts["box"] == "clear"


def test_a_childrens_item_is_decided_by_what_its_record_says_of_it(tmp_path: Path) -> None:
    department = {"department": [{"label": "girls", "confidence": 0.9}]}
    bare = record()["photos"][0]
    bare["moderation"]["detections"] = [seen("BELLY_EXPOSED", 0.4)]
    file = tmp_path / "records.jsonl"
    file.write_text(
        as_line(record(photos=[bare])) + "\n" + as_line(record(photos=[bare], facets=department)),
        "utf-8",
    )
    verdicts = [redecide(line.listing, DEFAULT).listing.verdict for line in read_stored(file)]
    assert verdicts == ["clear", "review"]


def test_a_record_of_an_older_version_takes_on_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text(as_line(record()), "utf-8")
    (line,) = read_stored(file)
    new = json.loads(new_line(line, redecide(line.listing, DEFAULT)))
    assert (line.listing.schema_version, new["schema_version"]) == ("1.0", "1.2")
