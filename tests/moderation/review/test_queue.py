"""Who is given which photo, and whose decision is taken."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from moderation.review.decide import Ruling
from moderation.review.desk import Desk
from moderation.review.errors import AlreadyDecidedError, DecisionError, LeaseError
from moderation.review.models import DecisionRow
from tests.moderation.review.conftest import TurnedClock
from tests.moderation.review.desks import CODE, POLICY, fill, flag, person, record, rule


def test_the_most_severe_come_first_and_of_those_the_oldest(
    desk: Desk, clock: TurnedClock, tmp_path: Path
) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record("old-review"))
    clock.turn(hours=1)
    fill(desk, tmp_path, record("new-review"), record("old-block", verdict="block"))
    clock.turn(hours=1)
    fill(desk, tmp_path, record("new-block", verdict="block"))
    given = []
    while (item := desk.next_item(ada)) is not None:
        given.append(item.listing_id)
        desk.decide(ada, Ruling(item.id, item.round, "approve"))
    assert given == ["old-block", "new-block", "old-review", "new-review"]


def test_two_reviewers_are_never_given_the_same_photo(desk: Desk, tmp_path: Path) -> None:
    ada, bob = person(desk, "ada"), person(desk, "bob")
    fill(desk, tmp_path, record("a"), record("b"))
    first, second = desk.next_item(ada), desk.next_item(bob)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert desk.next_item(person(desk, "eve")) is None


def test_asking_again_gives_the_same_photo_and_more_time(
    desk: Desk, clock: TurnedClock, tmp_path: Path
) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record("a"), record("b"))
    first = desk.next_item(ada)
    clock.turn(seconds=desk.settings.lease - 1)
    again = desk.next_item(ada)
    assert first is not None
    assert again is not None
    assert again.id == first.id
    assert again.lease_until == clock.now + desk.settings.lease_time


def test_a_lease_that_ran_out_gives_the_photo_to_the_next_reviewer(
    desk: Desk, clock: TurnedClock, tmp_path: Path
) -> None:
    ada, bob = person(desk, "ada"), person(desk, "bob")
    fill(desk, tmp_path, record())
    item = desk.next_item(ada)
    assert item is not None
    assert desk.next_item(bob) is None
    clock.turn(seconds=desk.settings.lease)
    with pytest.raises(LeaseError, match="run out"):
        desk.decide(ada, Ruling(item.id, item.round, "approve"))
    taken = desk.next_item(bob)
    assert taken is not None
    assert taken.id == item.id
    with pytest.raises(LeaseError, match="not yours"):
        desk.decide(ada, Ruling(item.id, item.round, "approve"))
    desk.decide(bob, Ruling(taken.id, taken.round, "approve"))


def test_a_photo_that_nobody_holds_cannot_be_decided(desk: Desk, tmp_path: Path) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record())
    with pytest.raises(LeaseError, match="not yours"):
        desk.decide(ada, Ruling(1, 1, "approve"))


def test_a_photo_is_decided_once(desk: Desk, tmp_path: Path) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record())
    decision = rule(desk, ada, "remove")
    assert decision.effect == "final"
    with pytest.raises(AlreadyDecidedError):
        desk.decide(ada, Ruling(decision.item_id, 1, "approve"))
    item = desk.item(decision.item_id)
    assert item is not None
    assert (item.state, item.outcome, item.lease_person_id) == ("decided", "remove", None)
    assert desk.next_item(ada) is None


def test_the_database_itself_refuses_a_second_end_of_a_round(desk: Desk, tmp_path: Path) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record())
    rule(desk, ada, "approve")
    columns = [c for c in DecisionRow.__table__.columns if c.name != "id"]
    with pytest.raises(IntegrityError), desk.database.write() as connection:
        connection.execute(
            insert(DecisionRow).from_select([c.name for c in columns], select(*columns))
        )


def test_a_decision_of_an_earlier_round_is_refused(desk: Desk, tmp_path: Path) -> None:
    ada, lead = person(desk, "ada"), person(desk, "lea", "lead")
    fill(desk, tmp_path, record())
    rule(desk, ada, "escalate")
    item = desk.next_item(lead)
    assert item is not None
    assert item.round == 2
    with pytest.raises(AlreadyDecidedError):
        desk.decide(lead, Ruling(item.id, 1, "approve"))
    desk.decide(lead, Ruling(item.id, 2, "approve"))


def test_a_skipped_photo_goes_to_others_and_to_the_skipper_only_later(
    desk: Desk, clock: TurnedClock, tmp_path: Path
) -> None:
    ada, bob = person(desk, "ada"), person(desk, "bob")
    fill(desk, tmp_path, record())
    assert rule(desk, ada, "skip").effect == "skipped"
    assert desk.next_item(ada) is None
    assert rule(desk, bob, "skip").effect == "skipped"
    clock.turn(seconds=desk.settings.rest)
    assert rule(desk, ada, "skip").effect == "skipped"
    assert desk.next_item(ada) is None


def test_what_is_escalated_goes_to_leads_only_and_first(desk: Desk, tmp_path: Path) -> None:
    ada, bob, lead = person(desk, "ada"), person(desk, "bob"), person(desk, "lea", "lead")
    fill(desk, tmp_path, record("first"))
    rule(desk, ada, "escalate")
    fill(desk, tmp_path, record("second", verdict="block"))
    item = desk.next_item(lead)
    assert item is not None
    assert (item.listing_id, item.state) == ("first", "escalated")
    assert rule(desk, bob, "approve").item_id != item.id
    assert desk.next_item(ada) is None
    with pytest.raises(DecisionError, match="escalated already"):
        desk.decide(lead, Ruling(item.id, item.round, "escalate"))
    assert desk.decide(lead, Ruling(item.id, item.round, "mature", CODE)).effect == "final"


def test_a_lead_works_on_the_common_queue_too(desk: Desk, tmp_path: Path) -> None:
    lead = person(desk, "lea", "lead")
    fill(desk, tmp_path, record())
    assert rule(desk, lead, "approve").effect == "final"


@pytest.mark.parametrize(
    ("choice", "reason", "note", "why"),
    [
        ("ban", None, "", "no choice"),
        ("approve", CODE, "", "no reason to approve"),
        ("remove", "NOT-A-CODE", "", "no reason to remove"),
        ("remove", None, "", "a reason is needed to remove"),
        ("mature", None, "", "a reason is needed to label as mature"),
        ("approve", None, "x" * 2001, "longer than 2000"),
        ("approve", None, "a\0b", "cannot be kept"),
        ("approve", None, "\ud800", "cannot be kept"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_and_the_photo_kept(
    lite: Desk, tmp_path: Path, choice: str, reason: str | None, note: str, why: str
) -> None:
    ada = person(lite)
    fill(lite, tmp_path, record())
    item = lite.next_item(ada)
    assert item is not None
    with pytest.raises(DecisionError, match=why):
        lite.decide(ada, Ruling(item.id, item.round, choice, reason, note))  # type: ignore[arg-type]
    assert lite.next_item(ada) == item


def test_an_unknown_photo_is_refused(lite: Desk) -> None:
    with pytest.raises(DecisionError, match="no item 7"):
        lite.decide(person(lite), Ruling(7, 1, "approve"))


def test_the_reasons_are_the_policys_and_the_desks(lite: Desk, tmp_path: Path) -> None:
    own = flag(policy="HOUSE-RULE", reason="A rule of the house.")
    fill(lite, tmp_path, record(policy="house@3", flags=[own]), record("b"))
    reasons = lite.reasons("house@3")
    assert [reason.code for reason in reasons["remove"]] == [
        "HOUSE-RULE",
        "UNREADABLE",
        "OTHER-VIOLATION",
    ]
    assert "HOUSE-RULE" not in [reason.code for reason in reasons["approve"]]
    shipped = {reason.code for reason in lite.reasons(POLICY)["remove"]}
    assert CODE in shipped
    assert "HOUSE-RULE" not in shipped


def test_a_code_imported_by_another_process_is_known_at_once(lite: Desk, tmp_path: Path) -> None:
    ada = person(lite)
    assert lite.reasons("house@3")["skip"]
    own = flag(policy="HOUSE-RULE", reason="A rule of the house.")
    fill(lite, tmp_path, record(policy="house@3", flags=[own]))
    item = lite.next_item(ada)
    assert item is not None
    lite.decide(ada, Ruling(item.id, item.round, "remove", "HOUSE-RULE"))
