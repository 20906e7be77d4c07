"""An enricher in forked and spawned processes: what has worked before the fork works after it."""

import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection

import numpy as np
import pytest

from tests.test_guarantees_same_record import same, without_sentences
from tests.vision.detectors import RedBoxDetector
from tests.vision.photos import real_photo
from vision import Enricher, Listing, ListingRecord
from vision.enricher_errors import ForkedError

PHOTO = np.asarray(real_photo("coffee.png").reduce(2))
PATIENCE = 300
"""Seconds after which a child counts as hanging."""

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def record_of(enricher: Enricher) -> str:
    return enricher.enrich([PHOTO] * 3, listing_id="cup").model_dump_json()


def agree(one: str, other: str) -> bool:
    """Whether two records in JSON have the same decisions, and scores within the tolerance."""
    contents = [without_sentences(ListingRecord.model_validate_json(text)) for text in (one, other)]
    for content in contents:
        del content["moderation"]["reasons"]  # sentences too
    return same(*contents)


def answer_of_a_fork(answer: Callable[[], object]) -> str:
    """What `answer()` gives in a forked child; fails if the child hangs or dies."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)

    def child(pipe: Connection) -> None:
        pipe.send(answer())

    process = context.Process(target=child, args=(theirs,))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), "the child hangs"
        return str(ours.recv())
    finally:
        process.kill()
        process.join()


@forks
@pytest.mark.parametrize("window", [None, 5])
def test_an_enricher_that_has_worked_works_on_in_a_forked_child(window: float | None) -> None:
    with Enricher(threads=2, batch_window_ms=window) as parent:
        before = record_of(parent)
        assert answer_of_a_fork(lambda: record_of(parent)) == before
        assert record_of(parent) == before


@forks
def test_a_forked_child_may_make_its_own_and_fork_again(enricher: Enricher) -> None:
    before = record_of(enricher)

    def grandchild() -> str:
        with Enricher(threads=2, batch_size=4) as own:
            return "\n".join([record_of(own), answer_of_a_fork(lambda: record_of(enricher))])

    own, inherited = answer_of_a_fork(grandchild).split("\n")
    assert (own, inherited) == (before, before)


@forks
def test_no_photo_of_a_forked_child_goes_unseen(unmoderated: Enricher) -> None:
    """The first photos of a child come to all of its new threads at once."""
    unmoderated.enrich([PHOTO])

    def failures() -> str:
        record = unmoderated.enrich([PHOTO] * 6)
        return str([photo.moderation.failures for photo in record.photos])

    assert [answer_of_a_fork(failures) for _ in range(6)] == [str([()] * 6)] * 6


@forks
def test_a_fork_while_other_threads_enrich_works_in_both_processes() -> None:
    stop = threading.Event()
    with Enricher(threads=2, detectors=[RedBoxDetector()], batch_window_ms=2) as parent:
        before = record_of(parent)
        records: list[str] = []

        def work() -> None:
            while not stop.is_set():
                records.append(record_of(parent))

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            answers = [answer_of_a_fork(lambda: record_of(parent)) for _ in range(3)]
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert all(agree(answer, before) for answer in answers)
        assert all(agree(record, before) for record in records)


@forks
def test_a_stream_begun_before_a_fork_is_refused_in_the_child(unmoderated: Enricher) -> None:
    records = unmoderated.enrich_many(Listing.from_photos([PHOTO], str(n)) for n in range(20))
    next(records)

    def refusal() -> str:
        try:
            return next(records).listing_id
        except ForkedError as error:
            return str(error)

    assert "call enrich_many again" in answer_of_a_fork(refusal)
    assert [record.listing_id for record in records] == [str(n) for n in range(1, 20)]


@forks
def test_a_closed_enricher_stays_closed_in_a_forked_child() -> None:
    closed = Enricher(moderation=False, threads=1)
    closed.close()

    def refusal() -> str:
        try:
            return record_of(closed)
        except RuntimeError as error:
            return type(error).__name__

    assert answer_of_a_fork(refusal) == "ClosedError"


def enrich_with_own() -> str:
    with Enricher(threads=1, batch_size=4) as own:
        return record_of(own)


def test_a_spawned_worker_makes_its_own_and_gives_the_same_record() -> None:
    with Enricher(threads=1, batch_size=4) as ours:
        expected = record_of(ours)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as workers:
        assert agree(workers.submit(enrich_with_own).result(PATIENCE), expected)


def test_an_enricher_cannot_be_sent_to_another_process(unmoderated: Enricher) -> None:
    with pytest.raises(TypeError, match="make one in each worker"):
        pickle.dumps(unmoderated)
    with pytest.raises(TypeError, match="make one in each worker"):
        pickle.dumps(unmoderated.enrich)


def test_a_process_ends_by_itself_where_nobody_closed_the_enricher() -> None:
    program = (
        "import numpy; from vision import Enricher\n"
        "enricher = Enricher(threads=2, batch_window_ms=5)\n"
        "print(len(enricher.enrich([numpy.zeros((64, 64, 3), numpy.uint8)]).photos))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
