"""Runs over photos in a real S3 server on loopback, compared, with the photos in the page."""

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from tests.vision.backfill.command_line import run
from tests.vision.backfill.test_compare_page import Elements
from tests.vision.photos import encode, real_photo
from tests.vision.s3 import empty_s3
from vision.backfill.command import app

FILES = ("coffee.png", "chelsea.png", "rocket.jpg", "astronaut.png", "motorcycle_left.png")
PHOTOS = {
    name.partition(".")[0]: encode(real_photo(name).convert("RGB").resize((90, 60)), "png")
    for name in FILES
}
ROWS = [
    {"listing_id": "named", "photos": ["../photos/coffee.png"]},
    {"listing_id": "odd", "photos": ["../photos/what? 100%#1.png"]},
    {"listing_id": "swapped", "photos": ["../photos/rocket.png"]},
    {"listing_id": "gone", "photos": ["../photos/astronaut.png"]},
    {"listing_id": "elsewhere", "photos": ["s3://other/motorcycle_left.png"]},
]
KEYS = {
    "photos/coffee.png": PHOTOS["coffee"],
    "photos/what? 100%#1.png": PHOTOS["chelsea"],
    "photos/rocket.png": PHOTOS["rocket"],
    "photos/astronaut.png": PHOTOS["astronaut"],
}
MANIFEST = "s3://shop/lists/all.jsonl"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Runs:
    """Two runs over the bucket, of which only the second looked for mature content."""

    folder: Path
    shop: Any

    def compare(self, page: str, *options: str) -> tuple[Result, str]:
        path = self.folder / page
        first, second = (str(self.folder / name) for name in ("first", "second"))
        done = CliRunner().invoke(app, ["compare", first, second, "--html", str(path), *options])
        return done, path.read_text("utf-8") if path.exists() else ""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, s3_address: str) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("runs")
    with empty_s3(s3_address) as s3:
        shop, other = s3.create_bucket(Bucket="shop"), s3.create_bucket(Bucket="other")
        for key, content in KEYS.items():
            shop.put_object(Key=key, Body=content)
        other.put_object(Key="motorcycle_left.png", Body=PHOTOS["motorcycle_left"])
        shop.put_object(Key="lists/all.jsonl", Body="\n".join(map(json.dumps, ROWS)).encode())
        options = ("--remote", "--threads", "1", "--quiet")
        for name, more in (("first", ("--no-moderation",)), ("second", ())):
            done = run(MANIFEST, "--output", folder / name, *options, *more)
            assert done.returncode == 0, done.stderr
        shop.put_object(Key="photos/rocket.png", Body=PHOTOS["coffee"])
        shop.Object("photos/astronaut.png").delete()
        yield Runs(folder, shop)


def pictures(page: str) -> dict[str, Image.Image]:
    """The pictures in a page by their listing."""
    found = [one for name, one in Elements(page).found if name == "img"]
    uris = {
        one["alt"] or "": (one["src"] or "").partition("data:image/jpeg;base64,") for one in found
    }
    return {alt: Image.open(BytesIO(b64decode(uri[2]))) for alt, uri in uris.items()}


def shown(page: str) -> set[str]:
    return set(pictures(page))


def test_the_page_has_the_photos_from_the_bucket_and_says_why_others_are_missing(
    runs: Runs,
) -> None:
    done, page = runs.compare("page.html")
    assert done.exit_code == 0, done.output
    assert "verdicts: 5 of 5 change (100.0%)" in done.output
    assert shown(page) == {"named", "odd", "elsewhere"}
    for listing, name in (
        ("named", "coffee"),
        ("odd", "chelsea"),
        ("elsewhere", "motorcycle_left"),
    ):
        original = np.asarray(Image.open(BytesIO(PHOTOS[name])), np.float64)
        picture = np.asarray(pictures(page)[listing], np.float64)
        assert np.abs(picture - original).mean() < 8
    assert "The photo is another one now." in page
    assert "There is no photo at this address." in page
    assert MANIFEST in page
    assert "secret-of-ann" not in page


def test_addresses_elsewhere_are_followed_only_where_the_run_or_the_caller_allows_it(
    runs: Runs,
) -> None:
    _, page = runs.compare("near.html", "--no-remote")
    assert shown(page) == {"named", "odd"}
    assert "addresses are followed only where that is allowed" in page


def test_photos_are_taken_from_where_they_are_now(runs: Runs) -> None:
    moved = "".join(f"{json.dumps(row)}\n" for row in ROWS).replace("../photos", "../moved")
    runs.shop.put_object(Key="later/all.jsonl", Body=moved.encode())
    for key, content in KEYS.items():
        runs.shop.put_object(Key=key.replace("photos/", "moved/"), Body=content)
    done, page = runs.compare("moved.html", "--input", "s3://shop/later/all.jsonl")
    assert done.exit_code == 0
    assert shown(page) == {"named", "odd", "elsewhere", "swapped", "gone"}


@pytest.mark.parametrize("address", ["s3://shop/none.jsonl", "s3://none/all.jsonl"])
def test_an_input_that_is_gone_leaves_all_figures_and_a_reason(runs: Runs, address: str) -> None:
    done, page = runs.compare("none.html", "--input", address)
    assert done.exit_code == 0
    assert "Traceback" not in done.output
    assert shown(page) == set()
    assert "The input cannot be read: " in page
    assert "5 of 5 change" in page
