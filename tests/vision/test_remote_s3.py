"""Photos, folders and manifests in a real S3 server on loopback."""

import json
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.vision.photos import encode, real_photo
from tests.vision.s3 import empty_s3
from vision import Enricher
from vision.listing import ListingError, read_listings
from vision.photo import PhotoError, PhotoLimits, open_photo
from vision.remote_file import RemoteFile

SMALL = encode(real_photo("chelsea.png").resize((60, 40)), "png")
CAT = encode(real_photo("chelsea.png"), "png")


@pytest.fixture(scope="module")
def bucket(s3_address: str) -> Iterator[Any]:
    """A bucket called `shop` with two listings, and a manifest of them elsewhere in it."""
    with empty_s3(s3_address) as s3:
        shop = s3.create_bucket(Bucket="shop")
        names = ("photos/mug/10.png", "photos/mug/2.png", "photos/cat/what? 100%#1.png")
        for name in names:
            shop.put_object(Key=name, Body=SMALL)
        shop.put_object(Key="photos/mug/", Body=b"")  # the mark that consoles leave for a folder
        shop.put_object(Key="photos/empty/0.png", Body=b"")
        shop.put_object(Key="large/cat.png", Body=CAT)
        rows = [
            {"listing_id": "mug", "photos": ["../photos/mug/2.png", "s3://shop/photos/mug/10.png"]},
            {"listing_id": "odd", "photos": ["../photos/cat/what? 100%#1.png", "none.png"]},
            {"listing_id": "far", "photos": ["s3://secrets/1.png", "/etc/passwd"]},
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        shop.put_object(Key="lists/m.jsonl", Body=lines.encode())
        yield shop


def outcome(source: object, limits: PhotoLimits | None = None) -> str:
    try:
        open_photo(source, limits=limits)  # type: ignore[arg-type]
    except PhotoError as error:
        return error.code
    return "opened"


def test_a_manifest_in_a_bucket_reaches_the_photos_of_that_bucket_alone(bucket: Any) -> None:
    found = {one.listing_id: one for one in read_listings("s3://shop/lists/m.jsonl")}
    outcomes = {key: [outcome(photo) for photo in one.photos] for key, one in found.items()}
    assert outcomes == {
        "mug": ["opened", "opened"],
        "odd": ["opened", "not_found"],
        "far": ["not_allowed", "not_allowed"],
    }
    assert found["mug"].names == ("../photos/mug/2.png", "s3://shop/photos/mug/10.png")


@pytest.mark.parametrize("address", ["s3://shop/photos", "s3://shop/photos/"])
def test_a_folder_of_folders_in_a_bucket_is_read_in_natural_order(
    bucket: Any, address: str
) -> None:
    found = [(one.listing_id, one.names) for one in read_listings(address)]
    assert found == [
        ("cat", ("cat/what? 100%#1.png",)),
        ("empty", ("empty/0.png",)),
        ("mug", ("mug/2.png", "mug/10.png")),
    ]


def test_limits_hold_in_a_bucket(bucket: Any) -> None:
    cat = RemoteFile("s3://shop/large/cat.png")
    assert outcome(cat, PhotoLimits(max_bytes=len(CAT))) == "opened"
    assert outcome(cat, PhotoLimits(max_bytes=len(CAT) - 1)) == "too_many_bytes"
    assert outcome(RemoteFile("s3://shop/photos/empty/0.png")) == "empty"


def test_what_is_not_in_a_bucket_is_not_found(bucket: Any) -> None:
    for url in ("s3://shop/none.png", "s3://none/cat.png", "s3://shop/photos/mug"):
        assert outcome(RemoteFile(url)) == "not_found"
    with pytest.raises(ListingError, match=r"s3://shop/none\.csv: cannot be read: nothing"):
        list(read_listings("s3://shop/none.csv"))


def test_many_threads_read_at_once(bucket: Any) -> None:
    expected = open_photo(CAT).sha256
    with ThreadPoolExecutor(8) as threads:
        photos = threads.map(open_photo, [RemoteFile("s3://shop/large/cat.png")] * 32)
        assert {photo.sha256 for photo in photos} == {expected}


def test_a_bucket_gives_the_same_records_as_the_same_files_on_disk(
    bucket: Any, tmp_path: Path, unmoderated: Enricher
) -> None:
    for name in ("cat", "mug"):
        (tmp_path / "photos" / name).mkdir(parents=True)
    for name in ("photos/mug/10.png", "photos/mug/2.png", "photos/cat/what? 100%#1.png"):
        (tmp_path / name).write_bytes(SMALL)
    lines = b"listing_id,photos\nmug,mug/2.png|mug/10.png\ncat,cat/what? 100%#1.png|cat/none.png\n"
    (tmp_path / "photos" / "m.csv").write_bytes(lines)
    bucket.put_object(Key="photos/m.csv", Body=lines)
    afar = unmoderated.enrich_many(read_listings("s3://shop/photos/m.csv"))
    here = unmoderated.enrich_many(read_listings(tmp_path / "photos" / "m.csv"))
    for one, other in zip(afar, here, strict=True):
        assert one.photos[0].error is None
        said = one.model_dump_json().replace("at this address", "with this name")
        assert said == other.model_dump_json()


def _opened_in_child(answer: Any) -> None:
    answer.send(outcome(RemoteFile("s3://shop/large/cat.png")))


def test_a_forked_child_makes_its_own_connections(bucket: Any) -> None:
    assert outcome(RemoteFile("s3://shop/large/cat.png")) == "opened"
    receiving, sending = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_opened_in_child, args=(sending,))
    child.start()
    try:
        assert receiving.poll(60), "the child hangs"
        assert receiving.recv() == "opened"
    finally:
        child.kill()
        child.join()
