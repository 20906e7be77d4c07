"""Every decision as one flat fact, in the order taken: what figures and exports are made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from moderation.review.choices import Choice, Effect, Role, State
from moderation.review.models import DecisionRow, UserRow, WithdrawalRow

BATCH = 2000


@dataclass(frozen=True)
class DecisionFact:
    """One decision. `withdrawn` is undo or reopen where it no longer stands, with its moment."""

    id: int
    item_id: int
    round: int
    reviewer: str
    role: Role
    choice: Choice
    reason: str | None
    note: str
    effect: Effect
    state_before: State
    second_to: int | None
    at: datetime
    withdrawn: str | None = None
    withdrawn_at: datetime | None = None


def decision_facts(
    connection: Connection, since: datetime | None = None, until: datetime | None = None
) -> Iterator[DecisionFact]:
    """The decisions taken from `since` up to, not including, `until`; oldest first."""
    query = (
        select(
            *DecisionRow.__table__.columns,
            UserRow.name,
            WithdrawalRow.kind.label("withdrawn"),
            WithdrawalRow.at.label("withdrawn_at"),
        )
        .join(UserRow, UserRow.id == DecisionRow.user_id)
        .outerjoin(WithdrawalRow, WithdrawalRow.decision_id == DecisionRow.id)
        .order_by(DecisionRow.id)
    )
    if since is not None:
        query = query.where(DecisionRow.at >= since)
    if until is not None:
        query = query.where(DecisionRow.at < until)
    for row in connection.execute(query.execution_options(yield_per=BATCH)):
        yield DecisionFact(
            id=row.id,
            item_id=row.item_id,
            round=row.round,
            reviewer=row.name,
            role=row.role,
            choice=row.choice,
            reason=row.reason_code,
            note=row.note,
            effect=row.effect,
            state_before=row.state_before,
            second_to=row.second_to,
            at=row.at,
            withdrawn=row.withdrawn,
            withdrawn_at=row.withdrawn_at,
        )
