"""What a listing is, however it is given."""

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vision.listing import Listing, ListingError


def test_photos_of_every_kind_stay_as_given_and_in_order() -> None:
    sources = ["a/front.jpg", Path("back.png"), b"bytes", io.BytesIO(b"file"), np.zeros((4, 4, 3))]
    listing = Listing.from_photos(sources, "mug-17")
    assert listing.listing_id == "mug-17"
    assert all(given is kept for given, kept in zip(sources, listing.photos, strict=True))
    assert listing.names == ("front.jpg", "back.png", "photo-3", "photo-4", "photo-5")


def test_a_listing_without_an_id_is_called_after_its_first_photo() -> None:
    assert Listing.from_photos(["shop/cup.webp", "side.webp"]).listing_id == "cup.webp"
    assert Listing.from_photos([b"bytes"]).listing_id == "photo-1"


@pytest.mark.parametrize(
    "photo",
    [
        "front.jpg",
        Path("front.jpg"),
        b"bytes",
        io.BytesIO(),
        np.zeros((2, 2, 3), np.uint8),
        Image.new("RGB", (2, 2)),
    ],
    ids=["text", "path", "bytes", "file", "array", "image"],
)
def test_a_single_photo_given_alone_is_a_listing_of_one(photo: object) -> None:
    listing = Listing.from_photos(photo)
    assert len(listing.photos) == 1
    assert listing.photos[0] is photo


def test_an_opened_file_and_an_opened_image_keep_their_file_names(tmp_path: Path) -> None:
    path = tmp_path / "side.png"
    Image.new("RGB", (2, 2)).save(path)
    with path.open("rb") as file, Image.open(path) as image:
        assert Listing.from_photos([file, image]).names == ("side.png", "side.png")


def test_photos_may_come_from_a_generator() -> None:
    assert len(Listing.from_photos(name for name in ("1.jpg", "2.jpg")).photos) == 2


def test_no_photos_no_id_or_unequal_names_are_errors() -> None:
    with pytest.raises(ListingError, match="at least one photo"):
        Listing.from_photos([])
    with pytest.raises(ListingError, match="'x' has no photos"):
        Listing("x", (), ())
    with pytest.raises(ListingError, match="id that is not empty"):
        Listing("", ("a.jpg",), ("a.jpg",))
    with pytest.raises(ListingError, match="1 photos and 2 names"):
        Listing("x", ("a.jpg",), ("a.jpg", "b.jpg"))


def test_a_listing_of_paths_survives_a_journey_to_another_process() -> None:
    listing = Listing.from_photos(["front.jpg"], "mug", {"price": 12})
    assert pickle.loads(pickle.dumps(listing)) == listing


def test_an_error_names_its_place_only_as_far_as_it_is_known() -> None:
    assert str(ListingError("broken", Path("a.csv"), 7)) == "a.csv, line 7: broken"
    assert str(ListingError("broken", Path("a.parquet"), 7, "row")) == "a.parquet, row 7: broken"
    assert str(ListingError("broken", Path("a.csv"))) == "a.csv: broken"
    assert str(ListingError("broken")) == "broken"
