"""The page of a comparison: whole in itself, with the photos of what changed most."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.vision.backfill.compared_runs import listing, run_of, write_records
from tests.vision.photos import encode, real_photo
from vision.backfill.compare_command import compare
from vision.backfill.run_file import write_run
from vision.photo import open_photo

CAT = encode(real_photo("chelsea.png").resize((60, 40)), "png")
NASTY = '"><script>alert(1)</script>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Runs `a` and `b` over four listings with other categories, one of them blocked; one photo is
    gone, one is another one now."""
    shop = tmp_path / "shop"
    for name in ("seen", "blocked", "swapped"):
        (shop / name).mkdir(parents=True)
        (shop / name / "1.png").write_bytes(CAT)
    (shop / "swapped" / "1.png").write_bytes(encode(real_photo("coffee.png"), "png"))
    sha256 = open_photo(CAT).sha256
    ids = ("seen", "blocked", "swapped", NASTY)
    first = [listing(one, sha256=sha256) for one in ids]
    second = [listing(one, category="bowls", sha256=sha256) for one in ids]
    second[1]["moderation"]["verdict"] = "block"
    for name, records in (("a", first), ("b", second)):
        write_records(tmp_path / name, records)
        source = {"path": str(shop), "listings": 4, "photos": 4, "sha256": "0"}
        write_run(tmp_path / name, run_of(4, input=source))
    return tmp_path


def run_compare(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(compare)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def page(folder: Path) -> str:
    path = folder / "out" / "page.html"
    status, _ = run_compare(str(folder / "a"), str(folder / "b"), "--html", str(path))
    assert status == 0
    return path.read_text("utf-8")


def test_the_page_shows_photos_and_says_why_one_is_missing(page: str) -> None:
    pictures = [one for name, one in Elements(page).found if name == "img"]
    assert {one["alt"] for one in pictures} == {"seen", "blocked"}
    assert all((one["src"] or "").startswith("data:image/jpeg;base64,") for one in pictures)
    assert "The photo is another one now." in page
    assert "The listing is not in the input any more." in page


def test_a_photo_that_neither_run_could_read_is_not_opened_and_one_that_either_could_is(
    folder: Path,
) -> None:
    sha256 = open_photo(CAT).sha256
    source = {"path": str(folder / "shop"), "listings": 3, "photos": 3, "sha256": "0"}
    for run, category, read in (("a", "mugs", "blocked"), ("b", "bowls", "seen")):
        records = [
            listing(one, category=category, sha256=sha256 if one == read else None)
            for one in ("seen", "blocked", "swapped")
        ]
        write_records(folder / run, records)
        (folder / run / "part-00001.jsonl").unlink()
        write_run(folder / run, run_of(3, input=source))
    path = folder / "page.html"
    status, _ = run_compare(str(folder / "a"), str(folder / "b"), "--html", str(path))
    assert status == 0
    text = path.read_text("utf-8")
    assert {one["alt"] for name, one in Elements(text).found if name == "img"} == {
        "seen",
        "blocked",
    }
    assert "Neither run could read the photo." in text


def test_photos_that_a_run_flagged_are_veiled(page: str) -> None:
    pictures = [one for name, one in Elements(page).found if name == "img"]
    assert {one["alt"] for one in pictures if one.get("class") == "veiled"} == {"blocked"}


def test_the_page_needs_nothing_else_and_escapes_what_sellers_wrote(page: str) -> None:
    elements = Elements(page).found
    assert not [name for name, _ in elements if name in ("script", "link", "iframe")]
    links = [one[key] for _, one in elements for key in ("src", "href") if key in one]
    assert all((link or "").startswith("data:") for link in links)
    assert not re.search(r"url\(|@import", page)
    assert "&lt;script&gt;alert(1)" in page


def test_without_the_input_the_page_has_no_photos_but_all_figures(folder: Path) -> None:
    path = folder / "page.html"
    elsewhere = str(folder / "moved")
    runs = (str(folder / "a"), str(folder / "b"))
    status, _ = run_compare(*runs, "--html", str(path), "--input", elsewhere)
    assert status == 0
    text = path.read_text("utf-8")
    assert "<img" not in text
    assert "The input cannot be read: no such file or folder." in text
    assert "4 of 4 change (100%)" in text


def test_figures_go_to_a_json_file_and_a_summary_to_standard_output(folder: Path) -> None:
    path = folder / "out.json"
    status, output = run_compare(str(folder / "a"), str(folder / "b"), "--json", str(path))
    assert status == 0
    assert "categories: 4 of 4 change (100.0%)" in output
    assert json.loads(path.read_text("utf-8"))["verdicts"]["changed"] == 1


def test_a_folder_without_a_run_is_a_plain_error(folder: Path) -> None:
    status, output = run_compare(str(folder / "a"), str(folder / "shop"))
    assert status == 1
    assert "no run is here" in output
    assert "Traceback" not in output
