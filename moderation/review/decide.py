"""Taking a decision: only from whoever holds the item, and one that ends each round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from moderation.review.audit import log
from moderation.review.choices import CHOICES, Choice, Effect, State
from moderation.review.errors import AlreadyDecidedError, DecisionError, LeaseError
from moderation.review.leases import is_live
from moderation.review.models import DecisionRow, ItemRow, RestRow
from moderation.review.person import Person
from moderation.review.reasons import ReasonBook
from moderation.review.settings import DeskSettings

WORDS: dict[Choice, str] = {
    "approve": "approve",
    "mature": "label as mature",
    "remove": "remove",
    "escalate": "escalate",
    "skip": "skip",
}


@dataclass(frozen=True)
class Ruling:
    """What a person says of an item. `round` is the one that they were shown; `reason` is a code
    from `Desk.reasons`; only to approve, escalate and skip need none."""

    item_id: int
    round: int
    choice: Choice
    reason: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision that was taken, and its effect."""

    id: int
    item_id: int
    round: int
    choice: Choice
    reason: str
    effect: Effect
    at: datetime


def decide(
    connection: Connection,
    person: Person,
    ruling: Ruling,
    now: datetime,
    settings: DeskSettings,
    reasons: ReasonBook,
) -> Decision:
    """Takes the ruling, and moves the item to where it belongs now.

    Raises DecisionError for an unknown item, choice or reason, a note too long, and a lead's
    escalation of what was escalated; AlreadyDecidedError where the round is over; LeaseError where
    the person does not hold the item.
    """
    item = _held_item(connection, person, ruling, now)
    code = _checked_reason(connection, item.policy, ruling, settings, reasons)
    effect = effect_of(ruling.choice, item.state, item.decisions_needed, item.waiting_choice)
    decision_id = _add(connection, person, ruling, code, effect, item, now)
    values = _moved(effect, item.round, decision_id, person, ruling.choice, now)
    connection.execute(update(ItemRow).where(ItemRow.id == item.id).values(values))
    if ruling.choice in ("skip", "escalate"):
        _rest(connection, person, item.id, now + settings.rest_time)
    detail = {"decision": decision_id, "choice": ruling.choice, "reason": code, "effect": effect}
    log(connection, now, person, "decided", item.id, detail=detail)
    return Decision(decision_id, item.id, item.round, ruling.choice, code, effect, now)


def effect_of(choice: Choice, state: State, needed: int, waiting: Choice | None) -> Effect:
    """What a choice does to an item of that state that needs so many decisions.

    `waiting` is the first person's choice, where there is one. Raises DecisionError for the
    escalation of what was escalated already.
    """
    if choice == "skip":
        return "skipped"
    if state == "escalated":
        if choice == "escalate":
            raise DecisionError("the photo was escalated already: approve, label or remove it")
        return "final"
    if choice == "escalate":
        return "escalated"
    if needed > 1 and waiting is None:
        return "waiting"
    return "final" if waiting in (None, choice) else "escalated"


def _held_item(connection: Connection, person: Person, ruling: Ruling, now: datetime) -> Row[Any]:
    columns: Sequence[Any] = (
        ItemRow.id,
        ItemRow.policy,
        ItemRow.state,
        ItemRow.round,
        ItemRow.decisions_needed,
        ItemRow.lease_user_id,
        ItemRow.lease_until,
        ItemRow.waiting_decision_id,
        ItemRow.waiting_choice,
    )
    query = select(*columns).where(ItemRow.id == ruling.item_id).with_for_update()
    item = connection.execute(query).one_or_none()
    if item is None:
        raise DecisionError(f"there is no item {ruling.item_id}")
    if item.state == "decided" or item.round != ruling.round:
        raise AlreadyDecidedError("the photo was decided meanwhile")
    if item.lease_user_id != person.id:
        raise LeaseError("the photo is not yours to decide: another was given it, or nobody")
    if not is_live(item.lease_until, now):
        raise LeaseError("your time for this photo has run out: it goes to whoever is free")
    return item


def _checked_reason(
    connection: Connection,
    policy: str,
    ruling: Ruling,
    settings: DeskSettings,
    reasons: ReasonBook,
) -> str:
    if ruling.choice not in CHOICES:
        raise DecisionError(f"'{ruling.choice}' is no choice; those are: {', '.join(CHOICES)}")
    _check_note(ruling.note, settings)
    if ruling.reason is None:
        default = reasons.default(ruling.choice)
        if default is None:
            raise DecisionError(f"a reason is needed to {WORDS[ruling.choice]} a photo")
        return default
    if not reasons.knows(connection, policy, ruling.choice, ruling.reason):
        known = ", ".join(r.code for r in reasons.of(connection, policy, ruling.choice))
        raise DecisionError(
            f"'{ruling.reason}' is no reason to {WORDS[ruling.choice]} under {policy}; "
            f"those are: {known}"
        )
    return ruling.reason


def _check_note(note: str, settings: DeskSettings) -> None:
    if len(note) > settings.longest_note:
        raise DecisionError(f"the note is longer than {settings.longest_note} characters")
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in note):
        raise DecisionError("the note has characters that cannot be kept")


def _add(
    connection: Connection,
    person: Person,
    ruling: Ruling,
    code: str,
    effect: Effect,
    item: Row[Any],
    now: datetime,
) -> int:
    compared = item.waiting_decision_id if ruling.choice != "skip" else None
    values = {
        "item_id": item.id,
        "round": item.round,
        "user_id": person.id,
        "role": person.role,
        "choice": ruling.choice,
        "reason_code": code,
        "note": ruling.note,
        "effect": effect,
        "state_before": item.state,
        "second_to": compared,
        "at": now,
    }
    query = insert(DecisionRow).values(values).returning(DecisionRow.id)
    return connection.execute(query).scalar_one()


def _moved(
    effect: Effect, round_: int, decision_id: int, person: Person, choice: Choice, now: datetime
) -> dict[str, Any]:
    """The item's new place in the queues; whoever decided holds it no longer."""
    free: dict[str, Any] = {"lease_user_id": None, "lease_until": None}
    alone = {"waiting_decision_id": None, "waiting_user_id": None, "waiting_choice": None}
    if effect == "waiting":
        waiting = {"waiting_decision_id": decision_id, "waiting_user_id": person.id}
        return {**free, **waiting, "waiting_choice": choice}
    if effect == "escalated":
        return {**free, **alone, "state": "escalated", "round": round_ + 1}
    if effect == "final":
        return {**free, **alone, "state": "decided", "outcome": choice, "decided_at": now}
    return free


def _rest(connection: Connection, person: Person, item_id: int, until: datetime) -> None:
    mine = (RestRow.user_id == person.id, RestRow.item_id == item_id)
    connection.execute(delete(RestRow).where(*mine))
    connection.execute(insert(RestRow), {"user_id": person.id, "item_id": item_id, "until": until})
