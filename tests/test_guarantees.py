"""What the library promises, on the whole line: every photo, no failure unseen, no network.

Guarantees 1, 2 and 4 of the design. That an interrupted run resumes (5) belongs to backfills.
"""

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from color import ColorAnalyzer
from photo_quality import QualityAnalyzer
from tests.vision.detectors import RaisingDetector
from tests.vision.odd_photos import odd_photos
from tests.vision.photos import encode_frames, real_photo
from vision import Enricher, Listing, ListingRecord, PhotoLimits
from weights.errors import BundleNotFoundError

# 1. Every photo has one entry, in the order given; every listing has one record.


@dataclass(frozen=True)
class Given:
    """A photo as it may be given, and the code of the error that it gives."""

    source: Any
    code: str | None


def givens() -> list[Given]:
    small = real_photo("coffee.png").reduce(8)
    files = [Given(photo.data, photo.code) for photo in odd_photos().values()]
    return [
        *files,
        Given(small, None),
        Given(np.asarray(small), None),
        Given("missing.jpg", "not_found"),
        Given(Path(), "not_found"),
        Given(None, "unsupported_format"),
        Given(np.zeros((4, 4), np.float64), "unsupported_format"),
    ]


GIVENS = givens()
LISTINGS = st.lists(
    st.lists(st.sampled_from(range(len(GIVENS))), min_size=1, max_size=9), max_size=5
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(photos=LISTINGS, moderated=st.booleans())
def test_every_photo_has_one_entry_and_every_listing_one_record_in_order(
    enricher: Enricher, unmoderated: Enricher, photos: list[list[int]], moderated: bool
) -> None:
    chosen = [[GIVENS[index] for index in listing] for listing in photos]
    listings = [
        Listing(
            f"listing-{number}",
            tuple(photo.source for photo in listing),
            tuple(f"{number}/{place}" for place in range(len(listing))),
        )
        for number, listing in enumerate(chosen)
    ]
    records = list((enricher if moderated else unmoderated).enrich_many(listings))
    assert [record.listing_id for record in records] == [one.listing_id for one in listings]
    for record, listing, expected in zip(records, listings, chosen, strict=True):
        assert [photo.index for photo in record.photos] == list(range(len(listing.photos)))
        assert [photo.source for photo in record.photos] == list(listing.names)
        codes = [photo.error.code if photo.error else None for photo in record.photos]
        assert codes == [photo.code for photo in expected]
        assert_verdict_follows_failures(record, moderated)


def assert_verdict_follows_failures(record: ListingRecord, moderated: bool) -> None:
    untroubled = "clear" if moderated else "unassessed"
    for photo in record.photos:
        failed = photo.error is not None or bool(photo.moderation.failures)
        assert photo.moderation.verdict == ("review" if failed else untroubled)
    verdicts = {photo.moderation.verdict for photo in record.photos}
    assert record.moderation.verdict == ("review" if "review" in verdicts else untroubled)


def test_a_listing_larger_than_a_batch_has_all_of_its_photos(enricher: Enricher) -> None:
    shades = [np.full((40, 40, 3), shade, np.uint8) for shade in range(0, 250, 23)]
    assert len(shades) > 2 * enricher.batch_size
    record = enricher.enrich(shades, listing_id="many")
    assert [photo.index for photo in record.photos] == list(range(len(shades)))
    measures = [photo.quality.measures for photo in record.photos if photo.quality]
    lightness = [measured["mean_lightness"] for measured in measures]
    assert lightness == sorted(lightness)
    assert len(lightness) == len(shades)


# 2. Whatever fails, the verdict is never `clear`.


@pytest.mark.parametrize("name", [name for name, photo in odd_photos().items() if photo.code])
@pytest.mark.parametrize("moderation", [True, False])
def test_a_photo_that_cannot_be_read_goes_to_review(
    enricher: Enricher, unmoderated: Enricher, name: str, moderation: bool
) -> None:
    good = np.asarray(real_photo("coffee.png").reduce(8))
    chosen = enricher if moderation else unmoderated
    record = chosen.enrich([good, odd_photos()[name].data])
    assert record.moderation.verdict == "review"
    assert record.photos[1].moderation.verdict == "review"
    assert record.photos[0].moderation.verdict == ("clear" if moderation else "unassessed")
    assert any(reason.startswith("Photo 2: ") for reason in record.moderation.reasons)


def test_a_detector_that_raises_sends_its_photo_to_review_and_no_other() -> None:
    white, black = np.full((64, 64, 3), 255, np.uint8), np.zeros((64, 64, 3), np.uint8)
    with Enricher(detectors=[RaisingDetector()], threads=1) as raising:
        record = raising.enrich([white, black, white])
    assert [photo.moderation.verdict for photo in record.photos] == ["clear", "review", "clear"]
    assert record.moderation.verdict == "review"
    assert "a black corner" in record.moderation.reasons[0]
    assert record.moderation.detectors == ("raising@1",)


def test_frames_that_cannot_be_read_send_the_photo_to_review() -> None:
    pages = [Image.new("RGB", size, "red") for size in ((64, 64), (640, 64), (64, 64))]
    limits = PhotoLimits(max_side=100)
    with Enricher(moderation=False, limits=limits, threads=1) as limited:
        record = limited.enrich([encode_frames(pages, "tiff")])
    assert record.photos[0].error is None
    assert record.photos[0].moderation.failures == ("1 of its frames could not be read.",)
    assert record.moderation.verdict == "review"


def failing(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("out of order")


@pytest.mark.parametrize(
    ("owner", "method", "part"),
    [
        (QualityAnalyzer, "analyze", "quality"),
        (ColorAnalyzer, "analyze", "colours"),
        ("encoder", "prepare", "category"),
        ("encoder", "encode_prepared", "category"),
    ],
)
@pytest.mark.parametrize("moderation", [True, False])
def test_an_analyzer_that_raises_sends_its_photos_to_review(
    enricher: Enricher,
    unmoderated: Enricher,
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    method: str,
    part: str,
    moderation: bool,
) -> None:
    chosen = enricher if moderation else unmoderated
    monkeypatch.setattr(chosen.encoder if owner == "encoder" else owner, method, failing)
    record = chosen.enrich([real_photo("coffee.png"), b"no photo"])
    failures = record.photos[0].moderation.failures
    assert len(failures) == 1
    assert part in failures[0]
    assert "out of order" in failures[0]
    assert [photo.moderation.verdict for photo in record.photos] == ["review", "review"]
    assert record.moderation.verdict == "review"


def test_a_photo_that_cannot_be_embedded_does_not_cost_the_others_their_embeddings(
    unmoderated: Enricher, monkeypatch: pytest.MonkeyPatch
) -> None:
    cat = np.asarray(real_photo())
    encode_all = unmoderated.encoder.encode_prepared
    prepared = unmoderated.encoder.prepare(np.zeros_like(cat))

    def fails_on_black(inputs: Any) -> Any:
        if any(bool((one == prepared).all()) for one in inputs):
            raise RuntimeError("a black photo")
        return encode_all(inputs)

    alone = unmoderated.enrich([cat], listing_id="cat")
    monkeypatch.setattr(unmoderated.encoder, "encode_prepared", fails_on_black)
    both = unmoderated.enrich([np.zeros_like(cat), cat], listing_id="cat")
    assert [len(photo.moderation.failures) for photo in both.photos] == [1, 0]
    assert both.category == alone.category
    assert both.category_reason == alone.category_reason


# 4. Nothing is downloaded.


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*arguments: object, **_: object) -> NoReturn:
        raise AssertionError(f"the network was asked for: {arguments}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, no_network)
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, no_network)
    with Enricher(threads=1) as offline:
        record = offline.enrich([real_photo()], marketplace="etsy")
        assert offline.encoder.encode_texts(["a ceramic mug"]).shape[0] == 1
    assert record.photos[0].error is None


@pytest.mark.parametrize("bundle", ["no-such-bundle", "./no/such/folder", Path("nowhere")])
def test_a_missing_bundle_is_an_error_that_says_what_to_do(bundle: str | Path) -> None:
    with pytest.raises(BundleNotFoundError) as caught:
        Enricher(bundle)
    message = str(caught.value)
    assert Path(bundle).name in message
    if bundle == "no-such-bundle":
        assert "vitrine weights" in message
        assert "vitrine-tiny" in message
