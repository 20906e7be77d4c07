"""The audit log: who saw, decided, imported and exported what, and when. Rows are only added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from moderation.review.models import AuditRow
from moderation.review.person import Person

Action = Literal[
    "imported",
    "leased",
    "seen",
    "revealed",
    "decided",
    "undone",
    "reopened",
    "exported",
    "thresholds_fitted",
    "figures_seen",
    "audit_seen",
    "person_added",
    "person_activated",
    "person_deactivated",
    "role_changed",
    "password_changed",
    "signed_in",
    "sign_in_failed",
    "sign_in_limited",
    "signed_out",
    "refused",
]

SYSTEM = "command line"
"""The name of whoever works with the commands: the operating system knows who, not the desk."""


@dataclass(frozen=True)
class AuditEntry:
    """One row of the log. `person_id` is None for the command line and for unknown names."""

    id: int
    at: datetime
    person_id: int | None
    name: str
    action: Action
    item_id: int | None
    address: str | None
    detail: Mapping[str, Any]


def log(
    connection: Connection,
    at: datetime,
    who: Person | str,
    action: Action,
    item_id: int | None = None,
    address: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Adds an entry, in the transaction of what it tells of. `detail` must fit JSON."""
    connection.execute(
        insert(AuditRow),
        {
            "at": at,
            "user_id": who.id if isinstance(who, Person) else None,
            "name": who.name if isinstance(who, Person) else who,
            "action": action,
            "item_id": item_id,
            "address": address,
            "detail": dict(detail or {}),
        },
    )


def read_log(
    connection: Connection,
    limit: int = 100,
    before: int | None = None,
    item_id: int | None = None,
    person_id: int | None = None,
    action: Action | None = None,
) -> tuple[AuditEntry, ...]:
    """The newest entries first; `before` is the id of the last one read, for the next page."""
    query = select(*AuditRow.__table__.columns).order_by(AuditRow.id.desc()).limit(limit)
    for column, value in (
        (AuditRow.item_id, item_id),
        (AuditRow.user_id, person_id),
        (AuditRow.action, action),
    ):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(AuditRow.id < before)
    return tuple(
        AuditEntry(
            id=row.id,
            at=row.at,
            person_id=row.user_id,
            name=row.name,
            action=row.action,
            item_id=row.item_id,
            address=row.address,
            detail=row.detail,
        )
        for row in connection.execute(query)
    )
