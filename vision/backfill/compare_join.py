"""Two runs' listings side by side, however many there are.

Runs of the same input are in the same order, and are merged as they are read: nothing is held but
one listing of each. From the first place where their order differs on (another sample, an input
that has changed), the rest goes through a temporary SQLite file: about 400 bytes of disk a listing
and run, and 16 MB of memory.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from vision.backfill.compare_facts import ListingFacts

Pair = tuple[ListingFacts | None, ListingFacts | None]

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -16000;
CREATE TABLE a (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, facts TEXT NOT NULL);
CREATE TABLE b (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, facts TEXT NOT NULL);
"""
_OF_A = """
SELECT a.facts, b.facts FROM a LEFT JOIN b ON b.id = a.id ORDER BY a.place
"""
_OF_B_ALONE = """
SELECT NULL, b.facts FROM b WHERE NOT EXISTS (SELECT 1 FROM a WHERE a.id = b.id) ORDER BY b.place
"""


def paired(first: Iterable[ListingFacts], second: Iterable[ListingFacts]) -> Iterator[Pair]:
    """Each listing of either run once, with None where a run does not have it.

    Those of the first run come in its order, those of the second alone at the end. An id that comes
    twice in a run counts once.
    """
    left, right = iter(first), iter(second)
    while True:
        a, b = next(left, None), next(right, None)
        if a is None and b is None:
            return
        if a is None or b is None or a.listing_id != b.listing_id:
            yield from _joined(_rest(a, left), _rest(b, right))
            return
        yield a, b


def _rest(one: ListingFacts | None, others: Iterator[ListingFacts]) -> Iterator[ListingFacts]:
    if one is not None:
        yield one
    yield from others


def _joined(left: Iterable[ListingFacts], right: Iterable[ListingFacts]) -> Iterator[Pair]:
    with (
        tempfile.TemporaryDirectory(prefix="vitrine-") as folder,
        closing(sqlite3.connect(Path(folder) / "runs.sqlite")) as database,
    ):
        database.executescript(_TABLES)
        for table, facts in (("a", left), ("b", right)):
            rows = ((one.listing_id, one.dumped()) for one in facts)
            database.executemany(f"INSERT OR IGNORE INTO {table} (id, facts) VALUES (?, ?)", rows)
        for query in (_OF_A, _OF_B_ALONE):
            for a, b in database.execute(query):
                yield _loaded(a), _loaded(b)


def _loaded(text: str | None) -> ListingFacts | None:
    return None if text is None else ListingFacts.loaded(text)
