"""The orchestrator: every kind of photo, streams of listings, threads, and its end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from moderation import PolicyError
from taggers import UnknownNameError
from tests.vision.detectors import RedBoxDetector
from tests.vision.photos import (
    encode,
    encode_frames,
    exif_with_orientation,
    real_photo,
    stored_with_orientation,
)
from vision import Enricher, Listing, ListingError, PhotoLimits
from vision.enricher_errors import ClosedError
from vision.photo import PhotoSource
from weights.errors import BundleError

COFFEE = real_photo("coffee.png")
SMALL = np.asarray(COFFEE.reduce(4))


def small_listings(count: int) -> list[Listing]:
    return [Listing.from_photos([SMALL], f"listing-{i}") for i in range(count)]


def test_bytes_paths_files_images_and_arrays_give_the_same(
    enricher: Enricher, tmp_path: Path
) -> None:
    data = encode(COFFEE, "png")
    path = tmp_path / "cup.png"
    path.write_bytes(data)
    opened = Image.open(path)
    sources: list[PhotoSource] = [
        data,
        path,
        str(path),
        BytesIO(data),
        opened,
        np.asarray(COFFEE),
        COFFEE,
    ]
    record = enricher.enrich(sources, listing_id="cup")
    assert [photo.error for photo in record.photos] == [None] * len(sources)
    first = record.photos[0]
    assert first.quality is not None
    for photo in record.photos:
        assert (photo.width, photo.height) == COFFEE.size
        assert (photo.quality, photo.colors) == (first.quality, first.colors)
        assert photo.moderation == first.moderation
    assert len({photo.sha256 for photo in record.photos[:4]}) == 1
    assert [photo.source for photo in record.photos[:3]] == ["photo-1", "cup.png", "cup.png"]
    assert record.quality.duplicates == (tuple(range(len(sources))),)


def test_what_the_caller_gave_stays_open_and_where_it_was(enricher: Enricher) -> None:
    file = BytesIO(b"leading" + encode(COFFEE, "png"))
    file.seek(7)
    record = enricher.enrich([file])
    assert record.photos[0].error is None
    assert not file.closed
    assert file.tell() == 7


def test_a_file_or_an_image_given_many_times_is_read_each_time(enricher: Enricher) -> None:
    file = BytesIO(encode(COFFEE, "jpeg"))
    still = Image.open(BytesIO(encode(COFFEE, "png")))
    moving = Image.open(
        BytesIO(encode_frames([COFFEE.reduce(4), COFFEE.reduce(4).rotate(9)], "gif"))
    )
    sources: list[PhotoSource] = [*[file] * 8, *[still] * 8, *[moving] * 8]
    record = enricher.enrich(sources, listing_id="repeated")
    for photo in record.photos:
        assert (photo.error, photo.moderation.failures) == (None, ())
    assert len({photo.sha256 for photo in record.photos}) == 3


def test_a_listing_is_named_after_its_first_photo_or_as_told(enricher: Enricher) -> None:
    assert enricher.enrich(["nowhere/mug.jpg"]).listing_id == "mug.jpg"
    assert enricher.enrich([SMALL], listing_id="mug-17").listing_id == "mug-17"


def test_a_listing_without_photos_is_refused(enricher: Enricher) -> None:
    with pytest.raises(ListingError, match="at least one photo"):
        enricher.enrich([])


def test_extra_values_come_back_in_the_record_as_json_can_hold_them(enricher: Enricher) -> None:
    extra = {"price": 12.5, "rate": float("nan"), "path": Path("a"), "raw": b"\xff", "n": None}
    record = enricher.enrich([SMALL], listing_id="odd \udcff id", extra=extra)
    assert record.extra == {"price": 12.5, "rate": None, "path": "a", "raw": "/w==", "n": None}
    assert record.listing_id == "odd \\udcff id"
    assert type(record).model_validate_json(record.model_dump_json()) == record


def test_a_call_may_name_another_marketplace(enricher: Enricher) -> None:
    ours = enricher.enrich([SMALL])
    etsy = enricher.enrich([SMALL], marketplace="etsy")
    assert (ours.model.marketplace, ours.moderation.policy.split("@")[0]) == ("generic", "default")
    assert (etsy.model.marketplace, etsy.moderation.policy.split("@")[0]) == ("etsy", "etsy")
    (many,) = enricher.enrich_many(small_listings(1), marketplace="poshmark")
    assert many.model.marketplace == "poshmark"
    assert enricher.enrich([SMALL]).model.marketplace == "generic"
    with pytest.raises(UnknownNameError, match="amazone"):
        enricher.enrich([SMALL], marketplace="amazone")


def test_the_enrichers_own_marketplace_and_policy_hold_for_every_call() -> None:
    with Enricher(marketplace="etsy", policy="poshmark", moderation=False, threads=1) as own:
        record = own.enrich([SMALL])
        other = own.enrich([SMALL], marketplace="ebay")
    assert (record.model.marketplace, record.moderation.policy.split("@")[0]) == (
        "etsy",
        "poshmark",
    )
    assert other.moderation.policy.split("@")[0] == "poshmark"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"marketplace": "amazone"}, UnknownNameError),
        ({"policy": "strict"}, PolicyError),
        ({"bundle": "huge"}, BundleError),
        ({"batch_size": 0}, ValueError),
        ({"threads": 0}, ValueError),
        ({"threads": -2}, ValueError),
        ({"batch_window_ms": -1}, ValueError),
    ],
)
def test_wrong_settings_are_refused_at_once(
    options: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        Enricher(**options)  # type: ignore[arg-type]


def test_limits_hold_for_every_photo() -> None:
    with Enricher(limits=PhotoLimits(max_side=100), moderation=False, threads=1) as limited:
        record = limited.enrich([SMALL, np.zeros((50, 50, 3), np.uint8)])
    assert [photo.error.code if photo.error else None for photo in record.photos] == [
        "too_many_pixels",
        None,
    ]


def counted(listings: list[Listing], taken: list[str]) -> Iterator[Listing]:
    for listing in listings:
        taken.append(listing.listing_id)
        yield listing


def test_listings_are_read_at_most_two_batches_ahead(enricher: Enricher) -> None:
    taken: list[str] = []
    records = enricher.enrich_many(counted(small_listings(20), taken))
    assert taken == []
    size = enricher.batch_size
    for done, _ in enumerate(records):
        assert len(taken) <= (done // size + 2) * size


def test_a_stream_without_end_can_be_left(unmoderated: Enricher) -> None:
    def endless() -> Iterator[Listing]:
        number = 0
        while True:
            yield Listing.from_photos([SMALL], f"listing-{number}")
            number += 1

    records = unmoderated.enrich_many(endless())
    assert [next(records).listing_id for _ in range(5)] == [f"listing-{i}" for i in range(5)]
    records.close()  # type: ignore[attr-defined]
    assert unmoderated.enrich([SMALL]).photos[0].error is None


@pytest.mark.parametrize("count", [0, 1, 4, 6])
def test_records_come_before_an_error_of_the_listings(enricher: Enricher, count: int) -> None:
    def broken() -> Iterator[Listing]:
        yield from small_listings(count)
        raise ListingError("line 5 is broken")

    records = enricher.enrich_many(broken())
    for number in range(count):
        assert next(records).listing_id == f"listing-{number}"
    with pytest.raises(ListingError, match="line 5"):
        next(records)


def test_no_listings_give_no_records(enricher: Enricher) -> None:
    assert list(enricher.enrich_many([])) == []


def test_threads_may_share_an_enricher(enricher: Enricher) -> None:
    names = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg")
    photos = {name: np.asarray(real_photo(name)) for name in names}
    alone = {name: enricher.enrich([photo]) for name, photo in photos.items()}
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda name: enricher.enrich([photos[name]]), names * 3))
    for name, record in zip(names * 3, together, strict=True):
        assert record.model_dump_json() == alone[name].model_dump_json()


def test_a_closed_enricher_cannot_be_used() -> None:
    with Enricher(moderation=False, threads=1) as closed:
        assert closed.enrich([SMALL]).photos[0].error is None
    with pytest.raises(ClosedError, match="closed"):
        closed.enrich([SMALL])
    closed.close()


@pytest.fixture(scope="module")
def red_boxes() -> Iterator[Enricher]:
    with Enricher(detectors=[RedBoxDetector()], threads=1) as finder:
        yield finder


def grey_with_red_box() -> Image.Image:
    """1600 x 1000, with a box at (400, 300) of 300 x 100."""
    photo = Image.new("RGB", (1600, 1000), (180, 180, 180))
    ImageDraw.Draw(photo).rectangle((400, 300, 699, 399), fill=(250, 0, 0))
    return photo


@pytest.mark.parametrize("orientation", range(1, 9))
def test_boxes_are_pixels_of_the_upright_photo_at_full_size(
    red_boxes: Enricher, orientation: int
) -> None:
    stored = stored_with_orientation(grey_with_red_box(), orientation)
    data = encode(stored, "jpeg", exif=exif_with_orientation(orientation))
    record = red_boxes.enrich([data])
    assert (record.photos[0].width, record.photos[0].height) == (1600, 1000)
    (detection,) = record.photos[0].moderation.detections
    (flag,) = record.moderation.labels
    assert detection.box == flag.box
    assert flag.box is not None
    assert np.abs(np.array(flag.box) - (400, 300, 300, 100)).max() <= 6


def test_evidence_names_the_photo_and_the_view_it_was_seen_in(red_boxes: Enricher) -> None:
    hiding = grey_with_red_box().convert("RGBA")
    hiding.putalpha(0)
    plain = Image.new("RGB", (200, 200), "white")
    box = plain.copy()
    box.paste((250, 0, 0), (20, 30, 60, 50))
    animated = encode_frames([plain, plain.rotate(1, fillcolor="black"), box], "webp")
    record = red_boxes.enrich([plain, encode(hiding, "png"), animated])
    seen = [(flag.photo, flag.view, flag.frame) for flag in record.moderation.labels]
    assert seen == [(1, "hidden", None), (2, "frame", 2)]
    assert record.photos[1].hidden_pixels
    flags = record.moderation.labels
    verdicts = ["clear", flags[0].verdict, flags[1].verdict]
    assert [photo.moderation.verdict for photo in record.photos] == verdicts
    assert record.moderation.verdict == flags[0].verdict != "clear"
    assert record.moderation.mature


def test_every_box_lies_in_its_photo(enricher: Enricher) -> None:
    astronaut = real_photo("astronaut.png")
    photos = [astronaut.resize((1500, 1501)), astronaut.crop((150, 0, 300, 260)), astronaut]
    record = enricher.enrich(photos)
    boxes = 0
    for photo in record.photos:
        assert photo.width is not None
        assert photo.height is not None
        for detection in photo.moderation.detections:
            assert detection.box is not None
            x, y, width, height = detection.box
            assert min(x, y) >= 0
            assert min(width, height) >= 1
            assert x + width <= photo.width
            assert y + height <= photo.height
            boxes += 1
    assert boxes >= 2
