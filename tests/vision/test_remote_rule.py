"""Which photos of a manifest are followed, and which cost their listing one refused photo."""

from pathlib import Path

import pytest

from vision import Enricher
from vision.listing import Listing, read_listings
from vision.photo import PhotoError, open_photo
from vision.remote_file import RefusedFile, RemoteFile
from vision.remote_rule import name_to_show, photo_of_local_manifest, photo_of_remote_manifest

HERE = Path("lists/m.csv")
AFAR = RemoteFile("s3://shop/lists/m.csv")
INSIDE = "http://169.254.169.254/latest/meta-data/mug.jpg"


def test_a_local_manifest_names_files_beside_it() -> None:
    assert photo_of_local_manifest("../1.jpg", HERE, remote=False) == Path("lists/../1.jpg")
    assert photo_of_local_manifest("/a/1.jpg", HERE, remote=True) == Path("/a/1.jpg")


@pytest.mark.parametrize("name", [INSIDE, "s3://shop/1.jpg", "file:///etc/passwd"])
def test_a_local_manifest_reaches_no_address_unless_that_is_allowed(name: str) -> None:
    assert isinstance(photo_of_local_manifest(name, HERE, remote=False), RefusedFile)


def test_a_local_manifest_reaches_any_server_where_that_is_allowed() -> None:
    followed = photo_of_local_manifest("s3://shop/1.jpg", HERE, remote=True)
    assert followed == RemoteFile("s3://shop/1.jpg")


@pytest.mark.parametrize("remote", [False, True])
@pytest.mark.parametrize(
    "name",
    [
        "file:///etc/passwd",
        "local://etc/passwd",
        "FILE:///etc/passwd",
        "/etc/passwd",
        "\\\\server\\share\\1.jpg",
        "../../../etc/passwd",
        "zip://1.jpg::https://shop.example/all.zip",
    ],
)
def test_a_manifest_elsewhere_never_reads_the_machine_that_reads_it(
    name: str, remote: bool
) -> None:
    assert isinstance(photo_of_remote_manifest(name, AFAR, remote=remote), RefusedFile)


def test_a_manifest_elsewhere_names_what_is_in_its_own_bucket() -> None:
    for name in ("../photos/1.jpg", "s3://shop/photos/1.jpg"):
        followed = photo_of_remote_manifest(name, AFAR, remote=False)
        assert followed == RemoteFile("s3://shop/photos/1.jpg", redirects=False)


def test_a_manifest_elsewhere_reaches_other_places_only_where_that_is_allowed() -> None:
    for name in (INSIDE, "s3://other/1.jpg", "https://shop/photos/1.jpg"):
        assert isinstance(photo_of_remote_manifest(name, AFAR, remote=False), RefusedFile)
        assert photo_of_remote_manifest(name, AFAR, remote=True) == RemoteFile(name)


def test_names_to_show_hold_no_secrets() -> None:
    assert name_to_show("https://ann:pass@h/1.jpg?sig=abc") == "https://h/1.jpg"
    assert name_to_show("what?.jpg") == "what?.jpg"


def test_a_refused_photo_is_not_allowed_and_says_why() -> None:
    with pytest.raises(PhotoError, match="not followed here") as caught:
        open_photo(RefusedFile("1.jpg", "It is not followed here."))
    assert caught.value.code == "not_allowed"


def test_a_text_is_never_taken_for_an_address_to_fetch(unmoderated: Enricher) -> None:
    record = unmoderated.enrich([INSIDE, "s3://shop/1.jpg"], listing_id="mug")
    codes = [photo.error.code if photo.error else None for photo in record.photos]
    assert codes == ["not_allowed", "not_allowed"]


def test_one_remote_file_is_one_photo() -> None:
    file = RemoteFile("s3://shop/a/mug.jpg")
    listing = Listing.from_photos(file)
    assert (listing.photos, listing.names) == ((file,), ("mug.jpg",))


def test_a_manifest_with_one_forbidden_photo_keeps_its_listing(tmp_path: Path) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text(f"listing_id,photos\nmug,1.jpg|{INSIDE}?key=abc\n")
    (listing,) = read_listings(manifest)
    assert listing.names == ("1.jpg", INSIDE)
    assert isinstance(listing.photos[1], RefusedFile)
