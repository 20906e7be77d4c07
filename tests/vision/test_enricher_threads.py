"""An enricher under load: many threads, a batch window, warming up, its end, what it keeps."""

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from tests.test_guarantees_same_record import same, without_sentences
from tests.vision.detectors import RaisingDetector
from tests.vision.photos import encode, real_photo
from vision import Enricher, Listing
from vision.enricher_errors import ClosedError
from vision.photo import PhotoSource

NAMES = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg")
PHOTOS = {name: np.asarray(real_photo(name).reduce(2)) for name in NAMES}
SMALL = PHOTOS["coffee.png"]
BLACK = np.zeros((64, 64, 3), np.uint8)


def of_vitrine() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if one.name.startswith("vitrine")}


@pytest.fixture(scope="module")
def gathering() -> Iterator[Enricher]:
    with Enricher(threads=2, batch_size=4, batch_window_ms=20) as shared:
        yield shared


def test_calls_that_share_a_batch_get_the_records_they_would_get_alone(
    enricher: Enricher, gathering: Enricher
) -> None:
    alone = {name: enricher.enrich([photo]) for name, photo in PHOTOS.items()}
    with ThreadPoolExecutor(8) as callers:
        together = list(callers.map(lambda name: gathering.enrich([PHOTOS[name]]), NAMES * 4))
    for name, record in zip(NAMES * 4, together, strict=True):
        assert same(without_sentences(record), without_sentences(alone[name]))


def test_streams_and_calls_may_run_at_once(gathering: Enricher) -> None:
    def stream(number: int) -> list[str]:
        ids = [f"{number}-{place}" for place in range(7)]
        listings = [Listing.from_photos([SMALL] * 2, listing_id) for listing_id in ids]
        records = list(gathering.enrich_many(listings))
        assert [len(record.photos) for record in records] == [2] * 7
        assert [record.listing_id for record in records] == ids
        return ids

    with ThreadPoolExecutor(4) as callers:
        streams = [callers.submit(stream, number) for number in range(2)]
        calls = [callers.submit(gathering.enrich, [SMALL], listing_id=str(n)) for n in range(6)]
        assert [call.result().listing_id for call in calls] == [str(n) for n in range(6)]
        assert [len(one.result()) for one in streams] == [7, 7]


def test_an_unreadable_photo_of_one_call_is_no_matter_of_the_others(gathering: Enricher) -> None:
    sources: list[PhotoSource] = [SMALL, b"no photo", "nowhere.jpg", SMALL]
    with ThreadPoolExecutor(4) as callers:
        records = list(callers.map(lambda source: gathering.enrich([source]), sources * 2))
    codes = [record.photos[0].error and record.photos[0].error.code for record in records]
    assert codes == [None, "unsupported_format", "not_found", None] * 2


def test_a_detector_that_fails_on_one_calls_photo_spoils_no_other() -> None:
    with (
        Enricher(detectors=[RaisingDetector()], threads=1, batch_window_ms=20) as picky,
        ThreadPoolExecutor(4) as callers,
    ):
        records = list(callers.map(lambda photo: picky.enrich([photo]), [SMALL, BLACK] * 4))
    failures = [len(record.photos[0].moderation.failures) for record in records]
    assert failures == [0, 1] * 4


def test_a_file_object_may_be_given_to_many_calls_at_once(gathering: Enricher) -> None:
    file = BytesIO(encode(real_photo("coffee.png").reduce(4), "jpeg"))
    with ThreadPoolExecutor(6) as callers:
        records = list(callers.map(lambda _: gathering.enrich([file]), range(12)))
    assert {record.photos[0].error for record in records} == {None}
    assert len({record.photos[0].sha256 for record in records}) == 1


def test_marketplaces_first_named_by_many_threads_at_once_are_read_right(
    unmoderated: Enricher,
) -> None:
    names = ["etsy", "ebay", "poshmark", "generic"] * 3
    start = Barrier(len(names))

    def policy(name: str) -> str:
        start.wait(30)
        return unmoderated.enrich([SMALL], marketplace=name).model.marketplace

    with ThreadPoolExecutor(len(names)) as callers:
        assert list(callers.map(policy, names)) == names


@pytest.mark.parametrize("window", [-1, -0.001, float("nan"), float("inf")])
def test_a_window_that_is_no_time_is_refused(window: float) -> None:
    with pytest.raises(ValueError, match="batch_window_ms"):
        Enricher(batch_window_ms=window)


def test_warming_up_may_be_repeated_and_changes_no_record(gathering: Enricher) -> None:
    before = gathering.enrich([SMALL]).model_dump_json()
    gathering.warm_up()
    gathering.warm_up(["etsy"])
    assert gathering.enrich([SMALL]).model_dump_json() == before


def test_warming_up_reads_the_marketplaces_named() -> None:
    with Enricher(moderation=False, threads=1) as fresh:
        fresh.warm_up(["etsy", "ebay"])
        known = dict(fresh._rules)
        assert set(known) == {"generic", "etsy", "ebay"}
        assert fresh.rules("etsy") is known["etsy"]


def test_a_closed_enricher_says_so_to_every_call() -> None:
    closed = Enricher(moderation=False, threads=1)
    assert closed.enrich([SMALL]).photos[0].error is None
    closed.close()
    closed.close()
    for call in (
        lambda: closed.enrich([SMALL]),
        lambda: next(closed.enrich_many([Listing.from_photos([SMALL])])),
        closed.warm_up,
    ):
        with pytest.raises(ClosedError, match="closed: make a new one"):
            call()


def test_closing_ends_a_stream_with_a_plain_error_and_all_threads() -> None:
    before = of_vitrine()
    closing = Enricher(moderation=False, threads=2, batch_size=2)
    records = closing.enrich_many(Listing.from_photos([SMALL]) for _ in range(100))
    next(records)
    closing.close()
    with pytest.raises(ClosedError):
        list(records)
    assert of_vitrine() <= before


def test_calls_of_other_threads_end_when_it_is_closed() -> None:
    closing = Enricher(moderation=False, threads=1, batch_window_ms=5)
    done = threading.Event()

    def work_on() -> int:
        count = 0
        try:
            while True:
                closing.enrich([SMALL])
                count += 1
                done.set()
        except ClosedError:
            return count

    with ThreadPoolExecutor(4) as callers:
        calls = [callers.submit(work_on) for _ in range(4)]
        assert done.wait(60)
        closing.close()
        assert sum(call.result(60) for call in calls) >= 1


def test_an_enricher_that_nobody_closes_leaves_no_threads() -> None:
    before = of_vitrine()
    forgotten = Enricher(moderation=False, threads=2, batch_window_ms=1)
    forgotten.enrich([SMALL] * 3)
    mine = of_vitrine() - before
    assert mine
    del forgotten
    gc.collect()
    for thread in mine:
        thread.join(30)
    assert not any(thread.is_alive() for thread in mine)


def resident_mb() -> float:
    """Resident memory of this process, in MB, from Linux's /proc (man 5 proc)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's /proc")
def test_memory_stays_flat(gathering: Enricher) -> None:
    photos = [np.asarray(real_photo(name).reduce(4)) for name in NAMES]

    def enrich(count: int) -> None:
        for number in range(count):
            gathering.enrich([photos[number % len(photos)]])

    enrich(50)
    gc.collect()
    before = resident_mb()
    enrich(150)
    gc.collect()
    assert resident_mb() - before < 16
