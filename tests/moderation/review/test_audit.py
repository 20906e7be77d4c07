from pathlib import Path

import pytest

from moderation.review.desk import Desk
from moderation.review.errors import SignInError, UndoError
from tests.moderation.review.conftest import TurnedClock
from tests.moderation.review.desks import PASSWORD, fill, person, record, rule


def test_the_log_says_who_did_what_and_when(desk: Desk, clock: TurnedClock, tmp_path: Path) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record())
    _, token = desk.sign_in("ada", PASSWORD, "192.0.2.1")
    clock.turn(minutes=1)
    item = desk.next_item(ada)
    assert item is not None
    desk.next_item(ada)
    desk.log(ada, "seen", item.id, "192.0.2.1")
    decision = rule(desk, ada, "remove", "not allowed")
    desk.undo(ada, decision.id)
    session = desk.session(token)
    assert session is not None
    desk.sign_out(session)
    desk.export(tmp_path / "decisions.jsonl")
    told = [(entry.action, entry.name, entry.item_id) for entry in reversed(desk.audit())]
    assert told == [
        ("person_added", "command line", None),
        ("imported", "command line", None),
        ("signed_in", "ada", None),
        ("leased", "ada", 1),
        ("seen", "ada", 1),
        ("decided", "ada", 1),
        ("undone", "ada", 1),
        ("signed_out", "ada", None),
        ("exported", "command line", None),
    ]
    decided = desk.audit(action="decided")[0]
    assert decided.at == clock.now
    assert decided.person_id == ada.id
    assert decided.detail["choice"] == "remove"


def test_failed_and_limited_sign_ins_are_logged_with_name_and_address(lite: Desk) -> None:
    for _ in range(6):
        with pytest.raises(SignInError):
            lite.sign_in("Mallory", "guess", "192.0.2.66")
    entries = lite.audit()
    assert [entry.action for entry in entries] == ["sign_in_limited"] + ["sign_in_failed"] * 5
    assert {(entry.name, entry.address) for entry in entries} == {("mallory", "192.0.2.66")}


def test_the_log_is_read_in_pages_and_by_item_and_person(lite: Desk, tmp_path: Path) -> None:
    ada = person(lite)
    fill(lite, tmp_path, record("a"), record("b"))
    rule(lite, ada, "approve")
    rule(lite, ada, "approve")
    everything = lite.audit()
    first = lite.audit(limit=2)
    second = lite.audit(limit=100, before=first[-1].id)
    assert first + second == everything
    assert {entry.item_id for entry in lite.audit(item_id=2)} == {2}
    assert {entry.action for entry in lite.audit(person_id=ada.id)} == {"leased", "decided"}


def test_what_is_refused_leaves_no_trace_of_having_happened(lite: Desk, tmp_path: Path) -> None:
    ada = person(lite)
    fill(lite, tmp_path, record())
    decision = rule(lite, ada, "approve")
    before = lite.audit()
    with pytest.raises(UndoError):
        lite.undo(person(lite, "bob"), decision.id)
    assert [e for e in lite.audit() if e.action == "undone"] == []
    assert lite.audit()[1:] == before
