from pathlib import Path

import pytest
from sqlalchemy import update

from moderation.review.desk import Desk
from moderation.review.models import ItemRow
from tests.moderation.review.desks import fill, person, photo, record, rule


def _hash(bits: int) -> str:
    return f"{(1 << bits) - 1:064x}"


def _record(name: str, bits: int, quality: int = 100) -> dict[str, object]:
    return record(name, [photo(name, pdq=_hash(bits), pdq_quality=quality)])


def test_photos_that_look_alike_and_were_decided_are_shown_nearest_first(
    desk: Desk, tmp_path: Path
) -> None:
    ada = person(desk)
    fill(desk, tmp_path, _record("far", 32), _record("near", 31), _record("same", 0))
    fill(desk, tmp_path, _record("vague", 0, quality=49), _record("undecided", 0))
    for choice in ("approve", "remove", "mature", "approve"):
        last = rule(desk, ada, choice)
    item = desk.item(5)
    assert item is not None
    found = desk.similar(item)
    assert [(one.listing_id, one.distance, one.outcome) for one in found] == [
        ("same", 0, "mature"),
        ("near", 31, "remove"),
    ]
    assert desk.similar(item, limit=1) == found[:1]
    desk.undo(ada, last.id)


def test_a_decision_taken_back_is_not_shown_and_a_new_one_is(desk: Desk, tmp_path: Path) -> None:
    ada = person(desk)
    fill(desk, tmp_path, _record("a", 0), _record("b", 0))
    wrong = rule(desk, ada, "remove")
    other = desk.item(2)
    assert other is not None
    assert [one.outcome for one in desk.similar(other)] == ["remove"]
    desk.undo(ada, wrong.id)
    assert desk.similar(other) == ()
    rule(desk, ada, "approve")
    assert [one.outcome for one in desk.similar(other)] == ["approve"]


def test_a_photo_without_a_usable_hash_resembles_none(lite: Desk, tmp_path: Path) -> None:
    ada = person(lite)
    fill(lite, tmp_path, _record("a", 0), _record("vague", 0, quality=49), record("none"))
    rule(lite, ada, "approve")
    for item_id in (2, 3):
        item = lite.item(item_id)
        assert item is not None
        assert lite.similar(item) == ()


@pytest.mark.parametrize("column", ["outcome", "decided_at"])
def test_no_outcome_is_made_up_where_the_database_has_none(
    lite: Desk, tmp_path: Path, column: str
) -> None:
    ada = person(lite)
    fill(lite, tmp_path, _record("a", 0), _record("b", 0), _record("c", 0))
    rule(lite, ada, "remove")
    rule(lite, ada, "mature")
    with lite.database.write() as connection:
        connection.execute(update(ItemRow).where(ItemRow.id == 1).values({column: None}))
    item = lite.item(3)
    assert item is not None
    assert [(one.listing_id, one.outcome) for one in lite.similar(item)] == [("b", "mature")]
