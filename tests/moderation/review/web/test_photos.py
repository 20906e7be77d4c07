"""Photos over HTTP: to those signed in, by item and number; what cannot be shown is said."""

import io
from pathlib import Path

from PIL import Image
from skimage import data

from moderation.review.desk import Desk
from tests.moderation.review.desks import photo, record, write_records
from tests.moderation.review.web.scenery import Served, csrf_of, field_of, fill, small, write_photo


def test_a_photo_is_shown_to_those_signed_in(served: Served) -> None:
    with served.signed_in("ada") as client:
        answer = client.get("/photo/1/0")
        other = client.get("/photo/1/1?size=small")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    original = (served.photos / "poster-12" / "0.jpg").read_bytes()
    assert answer.content != original
    assert Image.open(io.BytesIO(answer.content)).size == (512, 512)
    assert max(Image.open(io.BytesIO(other.content)).size) == 320


def test_whoever_fetches_a_photo_that_is_not_theirs_is_logged(served: Served) -> None:
    with served.signed_in("ada") as client:
        client.get("/review")
        client.get("/photo/1/0")
        client.get("/photo/3/0")
        client.get("/photo/3/0?size=small")
    seen = [(entry.item_id, dict(entry.detail)) for entry in served.desk.audit(action="seen")]
    assert seen == [(3, {"photo": 0}), (1, {})]


NO_FILES = (
    "/photo/1/../../../etc/passwd",
    "/photo/1/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/photo/1/..%5c..%5csecret",
    "/photo/1/0%00.jpg",
    "/photo/1/0.jpg",
    "/photo/1/-1",
    "/photo/1/2",
    "/photo/99/0",
    "/photo//etc/passwd",
)


def test_no_address_names_a_file(served: Served) -> None:
    with served.signed_in("ada") as client:
        for address in NO_FILES:
            answer = client.get(address)
            assert answer.status_code == 404, address
            assert answer.headers["content-type"].startswith("text/html"), address


def test_no_source_in_the_database_leads_out(lite: Desk, empty: Served, tmp_path: Path) -> None:
    digest = write_photo(tmp_path / "secret.jpg", data.coffee())
    (empty.photos / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    sources = ["../secret.jpg", str(tmp_path / "secret.jpg"), "out.jpg", "a/../../secret.jpg"]
    records = [
        record(f"evil-{number}", [photo("evil", sha256=digest, source=source)], [])
        for number, source in enumerate(sources)
    ]
    lite.import_records(write_records(tmp_path, *records), None)
    with empty.signed_in("ada") as client:
        for number in range(len(sources)):
            answer = client.get(f"/photo/{number + 1}/0")
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "image/svg+xml"


def test_photos_with_odd_names_are_shown(empty: Served, tmp_path: Path) -> None:
    names = ["ünïcode 写真", "100% new", "a%2fb", "it's <b>", 'say "cheese"', "..dots"]
    fill(empty.desk, tmp_path, empty.photos, *(small(empty.photos, n, data.cat()) for n in names))
    with empty.signed_in("ada") as client:
        for number in range(1, len(names) + 1):
            assert client.get(f"/photo/{number}/0").headers["content-type"] == "image/jpeg"
            page = client.get(f"/items/{number}").text
            assert "<b>" not in page


def test_a_photo_gone_from_disk_can_still_be_decided(served: Served) -> None:
    (served.photos / "poster-12" / "0.jpg").unlink()
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        assert "The photo is no longer on disk." in page
        assert "You can still decide" in page
        drawn = client.get("/photo/1/0")
        assert drawn.status_code == 404
        assert "The photo is no longer on disk." in drawn.text
        decision = {"csrf": csrf_of(page), "round": field_of(page, "round"), "choice": "approve"}
        assert client.post("/items/1/decision", data=decision).status_code == 303


def test_a_photo_that_was_replaced_is_not_shown_as_the_one_flagged(served: Served) -> None:
    write_photo(served.photos / "poster-12" / "0.jpg", data.coffee())
    with served.signed_in("ada") as client:
        assert "it was replaced since" in client.get("/review").text
        assert client.get("/photo/1/0").status_code == 404


def test_a_photo_whose_folder_was_not_given_is_said(empty: Served, tmp_path: Path) -> None:
    other = tmp_path / "other"
    fill(empty.desk, tmp_path, other, small(other, "mug-1", data.coffee()))
    with empty.signed_in("ada") as client:
        assert "not among those that the desk was started with" in client.get("/review").text
        assert client.get("/photo/1/0").status_code == 404


def test_a_photo_that_failed_says_why_and_has_no_picture(served: Served) -> None:
    with served.signed_in("ada") as client:
        page = client.get("/items/4").text
    assert "The photo could not be read: The photo&#39;s file ends too early." in page
    assert "<img" not in page
