"""The demo's own photographs are there, real and free to use."""

from pathlib import Path

import pytest
from PIL import Image
from skimage import data

from vision.listing import read_listings
from vision.record import ListingRecord
from vision.report.demo import copy_demo_photos, main


def test_the_demo_has_a_handful_of_listings_of_real_photographs(tmp_path: Path) -> None:
    folders = copy_demo_photos(tmp_path / "photos")
    listings = list(read_listings(folders))
    assert [listing.listing_id for listing in listings] == [folder.name for folder in folders]
    assert len(listings) >= 5
    for photo in (photo for listing in listings for photo in listing.photos):
        with Image.open(photo) as image:
            assert min(image.size) >= 300


def test_copying_the_photographs_again_changes_nothing(tmp_path: Path) -> None:
    first = copy_demo_photos(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert copy_demo_photos(tmp_path) == first
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_the_demo_leaves_records_and_a_contact_sheet_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cat = tmp_path / "cat"
    cat.mkdir()
    Image.fromarray(data.chelsea()).save(cat / "1.png")
    (cat / "2.jpg").write_bytes(b"")
    output = tmp_path / "out"
    assert main(["--photos", str(cat), "--output", str(output)]) == 0
    printed = capsys.readouterr().out
    (line,) = (output / "records.jsonl").read_text().splitlines()
    record = ListingRecord.model_validate_json(line)
    assert record.listing_id == "cat"
    assert [photo.error is None for photo in record.photos] == [True, False]
    with Image.open(output / "contact_sheet.png") as sheet:
        sheet.verify()
    assert sorted(path.name for path in output.iterdir()) == ["contact_sheet.png", "records.jsonl"]
    assert str(output / "records.jsonl") in printed
    assert str(output / "contact_sheet.png") in printed
    assert max(map(len, printed.split("\n\n")[1].splitlines())) <= 80


def test_a_folder_without_photos_is_said_to_be_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["--photos", str(empty), "--output", str(tmp_path / "out")]) == 1
    assert "no photos in this folder" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
