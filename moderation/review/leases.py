"""Who gets which item: the most severe first, then the oldest, each to one person at a time."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from moderation.review.audit import log
from moderation.review.choices import State
from moderation.review.models import ItemRow, RestRow
from moderation.review.person import Person
from moderation.review.settings import DeskSettings


def lease_next(
    connection: Connection, person: Person, now: datetime, settings: DeskSettings
) -> int | None:
    """Gives the person the item that they hold already, else the next one free; None if none is.

    The one held gets a fresh lease. Leads are given what was escalated first. An item is not given
    to whoever took the first of two decisions on it, nor to whoever skipped it a while ago.
    """
    until = now + settings.lease_time
    held = _extend(connection, person, now, until)
    if held is not None:
        return held
    for state in _queues(person):
        item_id = _claim(connection, person, state, now, until)
        if item_id is not None:
            log(connection, now, person, "leased", item_id)
            return item_id
    return None


def release(connection: Connection, person: Person) -> None:
    """Takes from the person whatever they hold, for others to be given."""
    query = update(ItemRow).where(ItemRow.lease_user_id == person.id)
    connection.execute(query.values(lease_user_id=None, lease_until=None))


def is_live(lease_until: datetime | None, now: datetime) -> bool:
    """Whether a lease that ends then still holds."""
    return lease_until is not None and lease_until > now


def _queues(person: Person) -> tuple[State, ...]:
    return ("escalated", "open") if person.is_lead else ("open",)


def _extend(connection: Connection, person: Person, now: datetime, until: datetime) -> int | None:
    held = and_(ItemRow.lease_user_id == person.id, ItemRow.lease_until > now)
    query = update(ItemRow).where(held, ItemRow.state != "decided").values(lease_until=until)
    return connection.execute(query.returning(ItemRow.id)).scalars().first()


def _claim(
    connection: Connection, person: Person, state: State, now: datetime, until: datetime
) -> int | None:
    """Takes the first free item in one statement, which skips rows that others are taking."""
    first = (
        select(ItemRow.id)
        .where(ItemRow.state == state, *_free(person, now))
        .order_by(ItemRow.priority, ItemRow.queued_at, ItemRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite knows no row locks: its writers never overlap
    )
    query = (
        update(ItemRow)
        .where(ItemRow.id == first.scalar_subquery())
        .values(lease_user_id=person.id, lease_until=until)
        .returning(ItemRow.id)
    )
    return connection.execute(query).scalar_one_or_none()


def _free(person: Person, now: datetime) -> tuple[ColumnElement[Any], ...]:
    rests = exists().where(
        RestRow.user_id == person.id, RestRow.item_id == ItemRow.id, RestRow.until > now
    )
    return (
        or_(ItemRow.lease_until.is_(None), ItemRow.lease_until <= now),
        or_(ItemRow.waiting_user_id.is_(None), ItemRow.waiting_user_id != person.id),
        ~rests,
    )
