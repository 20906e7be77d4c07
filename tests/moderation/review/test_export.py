from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from moderation.known_photos import KnownPhotos
from moderation.pdq import PdqHash
from moderation.review.desk import Desk
from moderation.review.errors import ReviewError
from moderation.review.export import parquet_schema, read_jsonl
from tests.moderation.review.conftest import TurnedClock
from tests.moderation.review.desks import fill, person, photo, record, rule

FAILED = {"code": "empty", "message": "The file is empty."}


@pytest.fixture
def decided(desk: Desk, clock: TurnedClock, tmp_path: Path) -> Desk:
    """A desk with an undone, a skipped and two standing decisions."""
    ada, bob = person(desk, "ada"), person(desk, "bob")
    failed = photo("b", error=FAILED, sha256=None, source=None, width=None, height=None)
    fill(desk, tmp_path, record("a"), record("b", [failed], []))
    desk.undo(ada, rule(desk, ada, "remove").id)
    clock.turn(minutes=1)
    rule(desk, ada, "mature", 'Ümlaut,\n"quoted" \N{SLIGHTLY SMILING FACE}')
    rule(desk, bob, "skip")
    rule(desk, ada, "approve")
    return desk


def test_json_lines_come_back_as_they_were(decided: Desk, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    assert decided.export(file) == 4
    back = tuple(read_jsonl(file))
    assert back == decided.decisions()
    assert [(one.choice, one.withdrawn, one.stands) for one in back] == [
        ("remove", "undo", False),
        ("mature", None, True),
        ("skip", None, False),
        ("approve", None, True),
    ]


def test_parquet_comes_back_as_it_was(decided: Desk, tmp_path: Path) -> None:
    file = tmp_path / "decisions.parquet"
    assert decided.export(file) == 4
    rows = pq.read_table(file).to_pylist()
    for row, decision in zip(rows, decided.decisions(), strict=True):
        flags = [vars(flag) for flag in decision.flags]
        assert row == {**vars(decision), "flags": flags}


def test_the_columns_types_are_the_same_without_any_decision(lite: Desk, tmp_path: Path) -> None:
    file = tmp_path / "none.parquet"
    assert lite.export(file) == 0
    assert pq.read_schema(file).equals(parquet_schema())
    assert parquet_schema().field("decided_at").type == pa.timestamp("us", tz="UTC")
    assert parquet_schema().field("photo_index").type == pa.int32()


def test_only_the_decisions_of_the_time_asked_for_are_exported(
    decided: Desk, clock: TurnedClock, tmp_path: Path
) -> None:
    file = tmp_path / "some.jsonl"
    assert decided.export(file, since=clock.now) == 3
    assert decided.export(file, until=clock.now) == 1
    assert decided.export(file, since=clock.now + timedelta(seconds=1)) == 0


def test_decided_photos_become_a_list_by_which_they_are_known_again(
    desk: Desk, tmp_path: Path
) -> None:
    ada = person(desk)
    names = ("removed", "approved", "vague", "undecided")
    photos = [
        photo(name, pdq=digit * 64, pdq_quality=49 if name == "vague" else 90)
        for digit, name in zip("0f5", names, strict=False)
    ]
    fill(desk, tmp_path, *(record(p["source"], [p]) for p in photos), record("undecided"))
    for choice in ("remove", "approve", "remove"):
        rule(desk, ada, choice)
    file = tmp_path / "list.csv"
    assert desk.export_hashes(file, "our desk") == 2
    known = KnownPhotos.load([file])
    (match,) = known.matches(PdqHash(photos[0]["pdq"], 90))
    assert (match.decision, match.list_name, match.distance) == ("removed", "our desk", 0)
    (match,) = known.matches(PdqHash(photos[1]["pdq"], 90))
    assert match.decision == "approved"
    with pytest.raises(ReviewError, match=r"must be \.csv"):
        desk.export_hashes(tmp_path / "list.txt", "our desk")
    with pytest.raises(ReviewError, match="cannot be a list's name"):
        desk.export_hashes(file, "a\nb")
    assert len(KnownPhotos.load([file])) == 2


def test_a_failed_export_leaves_the_last_one_as_it_was(decided: Desk, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    file.mkdir()
    with pytest.raises(OSError, match="directory"):
        decided.export(file)
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(ReviewError, match=r"must be \.jsonl or \.parquet"):
        decided.export(tmp_path / "decisions.csv")
