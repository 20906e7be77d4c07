"""Listings at addresses: the same as from disk, and nothing that their servers should not say."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.vision.photos import encode, real_photo
from tests.vision.remote_servers import WebServer
from vision.listing import Listing, ListingError, read_listings
from vision.photo import open_photo
from vision.remote_file import RefusedFile, RemoteFile

SMALL = encode(real_photo("chelsea.png").resize((60, 40)), "png")
ROWS = [
    {"listing_id": "mug", "photos": ["mug/2.png", "mug/1.png"], "price": 12.5},
    {"listing_id": "cat", "photos": ["../cat.png"], "price": None},
]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    """A folder of listings on disk, copied to fsspec's file system in memory as `memory://shop`."""
    for name in ("lists/mug/1.png", "lists/mug/2.png", "cat.png", "lists/.cache/x.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(SMALL)
    (tmp_path / "lists/notes.txt").write_text("no photo")
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "lists/m.parquet")
    (tmp_path / "lists/m.csv").write_text(
        "listing_id,photos,price\nmug,mug/2.png|mug/1.png,12.5\ncat,../cat.png,\n"
    )
    (tmp_path / "lists/empty.csv").write_text("listing_id,photos\n")
    (tmp_path / "lists/broken.csv").write_text("listing_id,photos\nmug,1.png\ncat,\n")
    memory = fsspec.filesystem("memory")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            memory.pipe(f"/shop/{path.relative_to(tmp_path).as_posix()}", path.read_bytes())
    yield tmp_path
    memory.rm("/shop", recursive=True)


def told(listings: Iterator[Listing]) -> list[tuple[object, ...]]:
    """All that a record holds of where its photos came from."""
    return [
        (one.listing_id, one.names, dict(one.extra), [len(read(photo)) for photo in one.photos])
        for one in listings
    ]


def read(source: object) -> bytes:
    return open_photo(source).pixels.tobytes()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["lists/m.csv", "lists/m.parquet", "lists", "lists/", "cat.png", "lists/mug"]
)
def test_an_address_gives_the_same_listings_as_the_same_files_on_disk(
    shop: Path, name: str
) -> None:
    afar = told(read_listings(f"memory://shop/{name}"))
    assert afar
    assert afar == told(read_listings(shop / name))


@pytest.mark.parametrize("name", ["lists/broken.csv", "lists/empty.csv"])
def test_a_faulty_manifest_has_the_same_fault_by_its_address(shop: Path, name: str) -> None:
    with pytest.raises(ListingError) as afar:
        list(read_listings(f"memory://shop/{name}"))
    with pytest.raises(ListingError) as here:
        list(read_listings(shop / name))
    assert str(afar.value) == str(here.value).replace(str(shop), "memory://shop")
    assert afar.value.path == RemoteFile(f"memory://shop/{name}")
    assert afar.value.line == here.value.line


@pytest.mark.parametrize("name", ["none.csv", "none", "none/"])
def test_an_address_with_nothing_there_is_a_listing_error(shop: Path, name: str) -> None:
    if name == "none":  # without a slash it may be a photo, whose record then says so
        (listing,) = read_listings("memory://shop/none")
        assert listing.names == ("none",)
        return
    with pytest.raises(ListingError, match="nothing"):
        list(read_listings(f"memory://shop/{name}"))


def test_paths_and_addresses_mix_and_share_no_name(shop: Path) -> None:
    given = [shop / "cat.png", "memory://shop/cat.png"]
    ids = [listing.listing_id for listing in read_listings(given)]
    assert ids == [(shop / "cat.png").as_posix(), "memory://shop/cat.png"]


@pytest.mark.parametrize("remote", [False, True])
def test_photos_elsewhere_are_followed_only_where_that_is_allowed(
    tmp_path: Path, shop: Path, remote: bool
) -> None:
    manifest = tmp_path / "here.csv"
    manifest.write_text("listing_id,photos\nmug,memory://shop/cat.png\n")
    (listing,) = read_listings(manifest, remote=remote)
    expected = RemoteFile if remote else RefusedFile
    assert isinstance(listing.photos[0], expected)
    assert listing.names == ("memory://shop/cat.png",)


@pytest.mark.parametrize(
    ("address", "told_of_it"),
    [
        ("file:///etc/listings.csv", "file:///etc/listings.csv: addresses that begin with file"),
        ("https://ann:pass@/x.csv?sig=abc", "https:///x.csv: this address is not valid"),
    ],
)
def test_an_address_that_is_not_read_is_named_without_secrets(
    address: str, told_of_it: str
) -> None:
    with pytest.raises(ListingError) as caught:
        list(read_listings(address))
    assert told_of_it in str(caught.value)
    assert "pass" not in str(caught.value)
    assert "abc" not in str(caught.value)


def test_a_web_folder_gives_what_lies_in_it_and_nothing_from_elsewhere() -> None:
    with WebServer().running() as web:
        web.files["/shop/"] = (
            b'<a href="?C=N;O=D">Name</a><a href="/">up</a><a href="../">up</a>'
            b'<a href="10.png">10</a><a href="2.png">2</a><a href="blue%20mug/">mug</a>'
            b'<a href="http://169.254.169.254/3.png">3</a><a href="/other/4.png">4</a>'
            b'<a href="%2e%2e%2f5.png">5</a><a href="deep/6.png">6</a>'
        )
        web.files["/shop/blue mug/"] = b'<a href="7.png">7</a><a href="./">circle</a>'
        found = [(one.listing_id, one.names) for one in read_listings(f"{web.address}/shop/")]
    assert found == [
        ("shop", ("shop/2.png", "shop/10.png")),
        ("blue mug", ("blue mug/7.png",)),
    ]


def test_a_manifest_on_the_web_keeps_its_photos_from_being_redirected() -> None:
    with WebServer().running() as web:
        web.files["/m.csv"] = b"listing_id,photos\nmug,1.png|https://other.example/2.png\n"
        address = f"{web.address}/m.csv?signature=abc"
        (listing,) = read_listings(address)
        (trusting,) = read_listings(address, remote=True)
    assert listing.photos[0] == RemoteFile(f"{web.address}/1.png", redirects=False)
    assert isinstance(listing.photos[1], RefusedFile)
    assert trusting.photos[1] == RemoteFile("https://other.example/2.png")
