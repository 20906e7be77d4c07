"""Photos and folders become listings as the command line promises."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.listing import Listing, ListingError, read_listings
from vision.listing_values import natural_key


def touch(root: Path, *names: str) -> None:
    """Empty files will do: readers of listings never open a photo."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def ids(paths: object) -> list[str]:
    return [listing.listing_id for listing in read_listings(paths)]  # type: ignore[arg-type]


def test_one_photo_is_one_listing_called_by_its_file_name(tmp_path: Path) -> None:
    touch(tmp_path, "cup.jpg")
    (listing,) = read_listings(tmp_path / "cup.jpg")
    assert listing == Listing("cup.jpg", (tmp_path / "cup.jpg",), ("cup.jpg",))


def test_a_folder_of_photos_is_one_listing_in_natural_order(tmp_path: Path) -> None:
    touch(tmp_path, "mug-17/10.jpg", "mug-17/2.jpg", "mug-17/1.JPG")
    (listing,) = read_listings(tmp_path / "mug-17")
    assert listing.listing_id == "mug-17"
    assert listing.names == ("mug-17/1.JPG", "mug-17/2.jpg", "mug-17/10.jpg")
    assert listing == Listing.from_folder(tmp_path / "mug-17")


def test_a_folder_of_folders_is_one_listing_per_folder(tmp_path: Path) -> None:
    touch(tmp_path, "shop/b/1.png", "shop/a-10/1.png", "shop/a-2/1.png", "shop/a-2/2.heic")
    listings = list(read_listings(str(tmp_path / "shop")))
    assert [listing.listing_id for listing in listings] == ["a-2", "a-10", "b"]
    assert listings[0].names == ("a-2/1.png", "a-2/2.heic")


def test_photos_beside_sub_folders_form_a_listing_of_their_own(tmp_path: Path) -> None:
    touch(tmp_path, "shop/1.jpg", "shop/mug/1.jpg", "shop/mug/details/1.jpg")
    assert ids(tmp_path / "shop") == ["shop", "mug", "mug/details"]


def test_hidden_entries_and_other_files_are_passed_over(tmp_path: Path) -> None:
    touch(tmp_path, "m/1.jpg", "m/._1.jpg", "m/.DS_Store", "m/notes.txt", "m/Thumbs.db", "m/README")
    touch(tmp_path, "m/.git/1.jpg", "m/__MACOSX/1.jpg")
    (listing,) = read_listings(tmp_path / "m")
    assert listing.names == ("m/1.jpg",)


def test_a_file_given_by_name_is_taken_whatever_its_extension(tmp_path: Path) -> None:
    touch(tmp_path, "upload.tmp", ".hidden.jpg", "photo")
    paths = [tmp_path / name for name in ("upload.tmp", ".hidden.jpg", "photo")]
    assert ids(paths) == ["upload.tmp", ".hidden.jpg", "photo"]


def test_a_directory_named_like_a_photo_counts_as_a_photo(tmp_path: Path) -> None:
    touch(tmp_path, "mug/1.jpg", "mug/x.jpg/inner.jpg")
    (listing,) = read_listings(tmp_path / "mug")
    assert listing.names == ("mug/1.jpg", "mug/x.jpg")
    assert ids(tmp_path / "mug" / "x.jpg") == ["x.jpg"]


def test_a_missing_photo_is_a_listing_and_any_other_missing_path_an_error(tmp_path: Path) -> None:
    assert ids(tmp_path / "gone.jpg") == ["gone.jpg"]
    for name in ("gone", "gone.csv", "gone.jsonl", "gone.parquet", "gone.txt", "n" * 300):
        with pytest.raises(ListingError, match="no such file or folder"):
            ids(tmp_path / name)


def test_nothing_found_is_said_plainly(tmp_path: Path) -> None:
    touch(tmp_path, "empty/deep/notes.txt")
    with pytest.raises(ListingError, match="no photos in this folder or below it"):
        ids(tmp_path / "empty")
    with pytest.raises(ListingError, match="no photos in this folder"):
        Listing.from_folder(tmp_path / "empty")
    with pytest.raises(ListingError, match="no paths given"):
        ids([])
    with pytest.raises(ListingError, match="cannot list this folder"):
        Listing.from_folder(tmp_path / "missing")


def test_several_paths_are_read_in_the_order_given(tmp_path: Path) -> None:
    touch(tmp_path, "b.jpg", "mug/1.jpg", "a.jpg")
    assert ids([tmp_path / name for name in ("b.jpg", "mug", "a.jpg")]) == ["b.jpg", "mug", "a.jpg"]


def test_photos_of_the_same_name_are_told_apart_by_their_paths() -> None:
    assert ids(["a/1.jpg", "b/1.jpg", "2.jpg"]) == ["a/1.jpg", "b/1.jpg", "2.jpg"]


def test_an_id_used_twice_is_an_error_that_names_the_second_place(tmp_path: Path) -> None:
    touch(tmp_path, "x/mug/1.jpg", "y/mug/1.jpg")
    with pytest.raises(ListingError, match=r"y: listing_id 'mug' is already used"):
        ids([tmp_path / "x", tmp_path / "y"])
    with pytest.raises(ListingError, match="already used"):
        ids(["1.jpg", "1.jpg"])


def test_loops_of_links_end_and_each_link_is_followed_once(tmp_path: Path) -> None:
    touch(tmp_path, "shop/a/1.jpg", "shop/b/1.jpg", "elsewhere/c/1.jpg")
    (tmp_path / "shop/a/up").symlink_to(tmp_path / "shop")
    (tmp_path / "shop/a/self").symlink_to(tmp_path / "shop/a")
    (tmp_path / "shop/a/b").symlink_to(tmp_path / "shop/b")
    (tmp_path / "shop/b/a").symlink_to(tmp_path / "shop/a")
    (tmp_path / "shop/linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "shop/round").symlink_to(tmp_path / "shop/round")
    assert ids(tmp_path / "shop") == ["a", "a/b", "b", "b/a", "linked/c"]


def test_a_broken_link_to_a_photo_is_still_a_photo(tmp_path: Path) -> None:
    touch(tmp_path, "mug/1.jpg")
    (tmp_path / "mug/2.jpg").symlink_to(tmp_path / "gone.jpg")
    (listing,) = read_listings(tmp_path / "mug")
    assert len(listing.photos) == 2


def test_file_names_that_are_not_unicode_can_be_shown_and_opened(tmp_path: Path) -> None:
    folder = tmp_path / "mug"
    folder.mkdir()
    name = os.fsdecode(b"caf\xe9.jpg")
    (folder / name).write_bytes(b"")
    (listing,) = read_listings(folder)
    assert listing.names == ("mug/caf\\udce9.jpg",)
    assert Path(str(listing.photos[0])).exists()


def test_reading_is_lazy(tmp_path: Path) -> None:
    touch(tmp_path, "1.jpg")
    listings = read_listings([tmp_path / "1.jpg", tmp_path / "missing"])
    assert next(listings).listing_id == "1.jpg"
    with pytest.raises(ListingError, match="no such file or folder"):
        next(listings)


@given(st.sets(st.integers(0, 10**30), min_size=1), st.randoms(use_true_random=False))
def test_numbers_in_names_sort_as_numbers(numbers: set[int], shuffler: random.Random) -> None:
    names = [f"IMG_{number}.jpg" for number in numbers]
    shuffler.shuffle(names)
    expected = [f"IMG_{number}.jpg" for number in sorted(numbers)]
    assert sorted(names, key=natural_key) == expected


@given(st.lists(st.text()))
def test_any_names_can_be_sorted_and_the_order_is_total(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(names, key=natural_key) == sorted(backwards, key=natural_key)
    assert len({natural_key(name) for name in names}) == len(set(names))
