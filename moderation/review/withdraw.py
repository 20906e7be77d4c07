"""Taking a decision back: by whoever took it, within a minute; by a lead, at any time.

Nothing is deleted. The decision stays, a withdrawal names it, and a new round begins.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from moderation.review.audit import log
from moderation.review.errors import DecisionError, UndoError
from moderation.review.leases import is_live, release
from moderation.review.models import DecisionRow, ItemRow, WithdrawalRow
from moderation.review.person import Person
from moderation.review.settings import DeskSettings


def undo(
    connection: Connection,
    person: Person,
    decision_id: int,
    now: datetime,
    settings: DeskSettings,
) -> int:
    """Puts the item back to where it was before the person's own decision; returns the item's id.

    The person gets the item again at once, unless another holds it by now; that one keeps it.
    Raises UndoError for another's decision, one undone already, one too long ago, a skip, and one
    after which someone else decided.
    """
    decision, item = _locked(connection, decision_id)
    _check_undo(connection, person, decision, now, settings)
    values = _before(connection, decision, item)
    if item.lease_user_id in (None, person.id) or not is_live(item.lease_until, now):
        until = now + settings.lease_time
        release(connection, person)
        values |= {"lease_user_id": person.id, "lease_until": until}
    connection.execute(update(ItemRow).where(ItemRow.id == item.id).values(values))
    _withdraw(connection, decision_id, person, "undo", now)
    log(connection, now, person, "undone", item.id, detail={"decision": decision_id})
    return int(item.id)


def reopen(connection: Connection, person: Person, item_id: int, now: datetime) -> None:
    """Brings a decided item to the leads' queue, for a lead to decide again.

    Raises DecisionError where the person is no lead, or the item is not decided.
    """
    if not person.is_lead:
        raise DecisionError("only a lead can reopen what was decided")
    query = select(ItemRow.id, ItemRow.state, ItemRow.round).where(ItemRow.id == item_id)
    item = connection.execute(query.with_for_update()).one_or_none()
    if item is None or item.state != "decided":
        raise DecisionError(f"item {item_id} is not decided")
    decision_id = _standing(connection, item_id)
    values = {"state": "escalated", "round": item.round + 1, "outcome": None, "decided_at": None}
    connection.execute(update(ItemRow).where(ItemRow.id == item_id).values(values))
    _withdraw(connection, decision_id, person, "reopen", now)
    log(connection, now, person, "reopened", item_id, detail={"decision": decision_id})


def _locked(connection: Connection, decision_id: int) -> tuple[Row[Any], Row[Any]]:
    """The decision and its item, which nobody else can change until the transaction ends."""
    query = select(*DecisionRow.__table__.columns).where(DecisionRow.id == decision_id)
    decision = connection.execute(query).one_or_none()
    if decision is None:
        raise UndoError(f"there is no decision {decision_id}")
    columns: tuple[Any, ...] = (
        ItemRow.id,
        ItemRow.round,
        ItemRow.lease_user_id,
        ItemRow.lease_until,
    )
    held = select(*columns).where(ItemRow.id == decision.item_id).with_for_update()
    return decision, connection.execute(held).one()


def _check_undo(
    connection: Connection,
    person: Person,
    decision: Row[Any],
    now: datetime,
    settings: DeskSettings,
) -> None:
    if decision.user_id != person.id:
        raise UndoError("the decision is another's")
    if decision.effect == "skipped":
        raise UndoError("a skipped photo was not decided: it goes to whoever is free")
    if now - decision.at > settings.undo_time:
        raise UndoError(f"a decision can be undone for {settings.undo:g} seconds only")
    withdrawn = select(WithdrawalRow.id).where(WithdrawalRow.decision_id == decision.id)
    if connection.execute(withdrawn).first() is not None:
        raise UndoError("the decision was taken back already")
    later = select(DecisionRow.id).where(
        DecisionRow.item_id == decision.item_id,
        DecisionRow.id > decision.id,
        DecisionRow.effect != "skipped",
    )
    if connection.execute(later).first() is not None:
        raise UndoError("someone has decided on the photo since")


def _before(connection: Connection, decision: Row[Any], item: Row[Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": decision.state_before,
        "round": item.round + 1,
        "outcome": None,
        "decided_at": None,
        "waiting_decision_id": decision.second_to,
        "waiting_user_id": None,
        "waiting_choice": None,
    }
    if decision.second_to is not None:
        columns = (DecisionRow.user_id, DecisionRow.choice)
        query = select(*columns).where(DecisionRow.id == decision.second_to)
        first = connection.execute(query).one()
        values |= {"waiting_user_id": first.user_id, "waiting_choice": first.choice}
    return values


def _standing(connection: Connection, item_id: int) -> int:
    final = (DecisionRow.item_id == item_id, DecisionRow.effect == "final")
    query = select(func.max(DecisionRow.id)).where(*final)
    return int(connection.execute(query).scalar_one())


def _withdraw(
    connection: Connection,
    decision_id: int,
    person: Person,
    kind: Literal["undo", "reopen"],
    now: datetime,
) -> None:
    values = {"decision_id": decision_id, "user_id": person.id, "kind": kind, "at": now}
    connection.execute(insert(WithdrawalRow), values)
