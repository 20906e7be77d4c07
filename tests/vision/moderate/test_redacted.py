"""Redacted copies: what was flagged is gone, the rest is there, and nothing else is read."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.vision.detectors import RedBoxDetector
from tests.vision.moderate.stored_records import BOX, with_red_box
from vision.moderate.redacted import INDEX, write_redacted


def _pixels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def test_what_was_flagged_is_gone_and_the_rest_is_as_it_was(records: Path, tmp_path: Path) -> None:
    copies = write_redacted(records, records.parent / "photos", tmp_path)
    by_id = {(one.listing_id, one.photo): one for one in copies}
    assert sorted(by_id) == [
        ("all of them / \u00e9", 0),
        ("all of them / \u00e9", 3),
        ("box", 0),
        ("hidden", 0),
    ]
    assert all(one.error is None for one in copies)
    copy = _pixels(tmp_path / by_id["box", 0].files[0])
    original = np.asarray(with_red_box())
    assert RedBoxDetector().detect([original]) != [()]
    assert RedBoxDetector().detect([copy]) == [()]
    x, y, w, _ = BOX
    assert np.array_equal(copy[: y - 10], original[: y - 10])
    assert np.array_equal(copy[:, x + w + 15 :], original[:, x + w + 15 :])


def test_hidden_pixels_get_a_copy_of_their_own(records: Path, tmp_path: Path) -> None:
    copies = write_redacted(records, records.parent / "photos", tmp_path)
    (hidden,) = (one for one in copies if one.listing_id == "hidden")
    assert [name.rsplit("-", 1)[1] for name in hidden.files] == ["shown.png", "hidden.png"]
    for name in hidden.files:
        assert RedBoxDetector().detect([_pixels(tmp_path / name)]) == [()]


def test_the_index_lists_every_copy(records: Path, tmp_path: Path) -> None:
    copies = write_redacted(records, records.parent / "photos", tmp_path)
    lines = [json.loads(line) for line in (tmp_path / INDEX).read_text("utf-8").splitlines()]
    assert [line["listing_id"] for line in lines] == [one.listing_id for one in copies]
    written = {name for line in lines for name in line["files"]}
    assert {path.name for path in tmp_path.iterdir()} == written | {INDEX}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("../secret.png", "outside the folder"),
        ("/etc/hostname", "outside the folder"),
        ("link.png", "outside the folder"),
        ("other.png", "not the file that the record is of"),
        ("gone.png", "gone.png"),
        (None, "names no file"),
    ],
)
def test_a_photo_that_cannot_be_copied_has_its_reason(
    records: Path, tmp_path: Path, source: str | None, reason: str
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    shutil.copy(records.parent / "photos" / "box.png", tmp_path / "secret.png")
    (photos / "link.png").symlink_to(tmp_path / "secret.png")
    with_red_box().rotate(90).save(photos / "other.png")
    document = json.loads(records.read_text("utf-8").splitlines()[0])
    document["photos"][0]["source"] = source
    file = tmp_path / "one.jsonl"
    file.write_text(json.dumps(document))
    (copy,) = write_redacted(file, photos, tmp_path / "out")
    assert copy.files == ()
    assert copy.error is not None
    assert reason in copy.error
    assert [path.name for path in (tmp_path / "out").iterdir()] == [INDEX]


def test_boxes_follow_a_photo_that_is_opened_smaller(tmp_path: Path) -> None:
    from vision import Enricher

    large = with_red_box().resize((4000, 3000), Image.Resampling.NEAREST)
    (tmp_path / "photos").mkdir()
    large.save(tmp_path / "photos" / "large.png")
    with Enricher(threads=1, detectors=[RedBoxDetector()]) as finder:
        record = finder.enrich([tmp_path / "photos" / "large.png"], listing_id="..")
    (tmp_path / "records.jsonl").write_text(record.model_dump_json())
    (copy,) = write_redacted(tmp_path / "records.jsonl", tmp_path / "photos", tmp_path / "out")
    pixels = _pixels(tmp_path / "out" / copy.files[0])
    assert pixels.shape[1] < 4000
    assert RedBoxDetector().detect([pixels]) == [()]
