"""The report counts by hand-made cases."""

import json
from pathlib import Path

import pytest

from moderation import Policy
from tests.vision.moderate.stored_records import as_line, record, seen
from vision.moderate.change_report import ChangeReport
from vision.moderate.change_text import as_text
from vision.moderate.rewrite import redecide_file


@pytest.fixture
def report(tmp_path: Path) -> ChangeReport:
    """Ten listings of faces; two of underwear at 0.42 and one at 0.6, all decided as clear; one
    with an explicit detection of 0.97, decided as review. All decided again as by Poshmark."""
    documents = []
    for index, (label, score, verdict) in enumerate(
        [
            *[("FACE_FEMALE", 0.8, "clear")] * 10,
            *[("FEMALE_GENITALIA_COVERED", 0.6, "clear")] * 2,
            ("FEMALE_GENITALIA_COVERED", 0.36, "clear"),
            ("MALE_GENITALIA_EXPOSED", 0.97, "review"),
        ]
    ):
        document = record(listing_id=f"item-{index:02d}")
        kept = document["photos"][0]["moderation"]
        kept["detections"], kept["verdict"] = [seen(label, score)], verdict
        document["moderation"]["verdict"] = verdict
        documents.append(as_line(document))
    file = tmp_path / "records.jsonl"
    file.write_text("\n".join(documents), "utf-8")
    return redecide_file(file, Policy.load("poshmark"))


def test_listings_and_photos_are_counted_by_verdict_before_and_after(report: ChangeReport) -> None:
    expected = {("clear", "clear"): 11, ("clear", "review"): 2, ("review", "block"): 1}
    assert dict(report.transitions) == dict(report.photo_transitions) == expected
    assert (report.listings, report.photos, report.changed) == (14, 14, 3)
    assert report.policies_before == {"default@1": 14}


def test_flags_are_counted_by_label_and_verdict(report: ChangeReport) -> None:
    assert report.label_rows() == [
        ("explicit_nudity", "block", 0, 1),
        ("swimwear_or_underwear", "review", 0, 2),
        ("swimwear_or_underwear", "clear", 0, 1),
    ]


def test_the_most_affected_come_first(report: ChangeReport) -> None:
    ids = [one.listing_id for one in report.most_affected(10)]
    assert ids == ["item-10", "item-11", "item-13", "item-12"]
    assert report.most_affected(1)[0].gained == ("swimwear_or_underwear (review)",)
    assert report.most_affected(0) == []


def test_json_says_it_all(report: ChangeReport) -> None:
    document = json.loads(json.dumps(report.as_json(2)))
    assert document["policy"] == "poshmark@4"
    assert document["transitions"] == [
        {"before": "clear", "after": "clear", "number": 11},
        {"before": "clear", "after": "review", "number": 2},
        {"before": "review", "after": "block", "number": 1},
    ]
    assert (document["listings_with_another_verdict"], document["listings_affected"]) == (3, 4)
    assert (document["mature_before"], document["mature_after"]) == (0, 1)
    assert len(document["most_affected"]) == 2


def test_the_text_names_policies_transitions_and_listings(report: ChangeReport) -> None:
    text = as_text(report, 20)
    assert "14 listings, 14 photos, decided under default@1 (14)" in text
    assert "under poshmark@4: 3 listings get another verdict, 4 change at all" in text
    assert "* clear      -> review" in text
    assert "item-13: review -> block  (+ explicit_nudity (block))" in text


def test_no_records_are_a_report_of_nothing(tmp_path: Path) -> None:
    file = tmp_path / "none.jsonl"
    file.write_text("")
    report = redecide_file(file, Policy.load("etsy"))
    assert report.as_json(5)["listings"] == 0
    assert "0 listings" in as_text(report, 5)
