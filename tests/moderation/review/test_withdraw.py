"""Taking decisions back, and photos that two people decide."""

from pathlib import Path

import pytest

from moderation.review.decide import Ruling
from moderation.review.desk import Desk
from moderation.review.errors import AlreadyDecidedError, DecisionError, UndoError
from moderation.review.intake import decisions_needed, item_key
from tests.moderation.review.conftest import OpenWith, TurnedClock
from tests.moderation.review.desks import fill, person, record, rule


def test_an_undone_decision_gives_the_photo_back_to_whoever_took_it(
    desk: Desk, clock: TurnedClock, tmp_path: Path
) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record("a"), record("b"))
    wrong = rule(desk, ada, "remove")
    other = desk.next_item(ada)
    clock.turn(seconds=60)
    item = desk.undo(ada, wrong.id)
    assert (item.id, item.state, item.outcome) == (wrong.item_id, "open", None)
    assert (item.lease_person_id, item.round) == (ada.id, 2)
    held = desk.next_item(ada)
    assert held is not None
    assert held.id == item.id
    assert desk.decide(ada, Ruling(item.id, item.round, "approve")).effect == "final"
    assert other is not None
    assert rule(desk, person(desk, "bob"), "approve").item_id == other.id


def test_an_undo_comes_too_late_after_a_minute(
    desk: Desk, clock: TurnedClock, tmp_path: Path
) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record())
    decision = rule(desk, ada, "remove")
    clock.turn(seconds=60.001)
    with pytest.raises(UndoError, match="60 seconds"):
        desk.undo(ada, decision.id)


def test_an_undo_is_for_ones_own_standing_decision(desk: Desk, tmp_path: Path) -> None:
    ada, bob = person(desk, "ada"), person(desk, "bob")
    fill(desk, tmp_path, record())
    skipped = rule(desk, ada, "skip")
    with pytest.raises(UndoError, match="skipped"):
        desk.undo(ada, skipped.id)
    decision = rule(desk, bob, "remove")
    with pytest.raises(UndoError, match="another's"):
        desk.undo(ada, decision.id)
    desk.undo(bob, decision.id)
    with pytest.raises(UndoError, match="already"):
        desk.undo(bob, decision.id)
    with pytest.raises(UndoError, match="no decision 99"):
        desk.undo(bob, 99)


def test_an_undone_escalation_leaves_the_photo_with_the_lead_who_holds_it(
    desk: Desk, tmp_path: Path
) -> None:
    ada, lead = person(desk, "ada"), person(desk, "lea", "lead")
    fill(desk, tmp_path, record())
    escalated = rule(desk, ada, "escalate")
    seen = desk.next_item(lead)
    assert seen is not None
    item = desk.undo(ada, escalated.id)
    assert (item.state, item.lease_person_id) == ("open", lead.id)
    with pytest.raises(AlreadyDecidedError):
        desk.decide(lead, Ruling(seen.id, seen.round, "approve"))
    assert rule(desk, lead, "approve").effect == "final"


def test_an_undo_after_someone_else_decided_is_refused(desk: Desk, tmp_path: Path) -> None:
    ada, lead = person(desk, "ada"), person(desk, "lea", "lead")
    fill(desk, tmp_path, record())
    escalated = rule(desk, ada, "escalate")
    rule(desk, lead, "approve")
    with pytest.raises(UndoError, match="since"):
        desk.undo(ada, escalated.id)


def test_a_lead_reopens_what_was_decided(desk: Desk, tmp_path: Path) -> None:
    ada, lead = person(desk, "ada"), person(desk, "lea", "lead")
    fill(desk, tmp_path, record())
    decision = rule(desk, ada, "remove")
    with pytest.raises(DecisionError, match="only a lead"):
        desk.reopen(ada, decision.item_id)
    desk.reopen(lead, decision.item_id)
    with pytest.raises(DecisionError, match="not decided"):
        desk.reopen(lead, decision.item_id)
    with pytest.raises(UndoError, match="already"):
        desk.undo(ada, decision.id)
    assert desk.next_item(ada) is None
    assert rule(desk, lead, "approve").round == 2


def test_two_who_agree_decide_a_doubly_reviewed_photo(open_with: OpenWith, tmp_path: Path) -> None:
    desk = open_with(double_review_share=1.0)
    ada, bob = person(desk, "ada"), person(desk, "bob")
    fill(desk, tmp_path, record())
    assert rule(desk, ada, "remove").effect == "waiting"
    assert desk.next_item(ada) is None
    assert rule(desk, bob, "remove").effect == "final"


def test_where_two_differ_a_lead_decides(open_with: OpenWith, tmp_path: Path) -> None:
    desk = open_with(double_review_share=1.0)
    ada, bob, lead = person(desk, "ada"), person(desk, "bob"), person(desk, "lea", "lead")
    fill(desk, tmp_path, record())
    rule(desk, ada, "remove")
    assert rule(desk, bob, "approve").effect == "escalated"
    assert desk.next_item(ada) is None
    assert rule(desk, lead, "remove").effect == "final"


def test_an_undone_second_decision_leaves_the_first_to_be_compared(
    open_with: OpenWith, tmp_path: Path
) -> None:
    desk = open_with(double_review_share=1.0)
    ada, bob = person(desk, "ada"), person(desk, "bob")
    fill(desk, tmp_path, record())
    rule(desk, ada, "remove")
    second = rule(desk, bob, "approve")
    assert desk.undo(bob, second.id).state == "open"
    assert desk.next_item(ada) is None
    assert rule(desk, bob, "remove").effect == "final"


def test_an_undone_first_decision_is_forgotten_by_the_second(
    open_with: OpenWith, tmp_path: Path
) -> None:
    desk = open_with(double_review_share=1.0)
    ada, bob = person(desk, "ada"), person(desk, "bob")
    fill(desk, tmp_path, record())
    first = rule(desk, ada, "remove")
    held = desk.next_item(bob)
    assert desk.undo(ada, first.id).lease_person_id == bob.id
    assert held is not None
    assert rule(desk, bob, "approve").effect == "waiting"
    assert rule(desk, ada, "approve").effect == "final"


def test_the_share_that_two_review_is_near_what_was_set_and_always_the_same() -> None:
    keys = [item_key(f"listing-{i}", 0, None, "default@1") for i in range(10_000)]
    chosen = [decisions_needed(key, 0.1) for key in keys]
    assert 900 <= chosen.count(2) <= 1100
    assert chosen == [decisions_needed(key, 0.1) for key in keys]
    assert {decisions_needed(key, 0.0) for key in keys} == {1}
    assert {decisions_needed(key, 1.0) for key in keys} == {2}
