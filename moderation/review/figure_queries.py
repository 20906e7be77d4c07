"""The lead's figures from the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from moderation.review.facts import decision_facts
from moderation.review.figures import (
    Agreement,
    DayCount,
    QueueAge,
    Reversals,
    agreement,
    queue_age,
    reversals,
    throughput,
)
from moderation.review.models import FlagRow, ItemRow


@dataclass(frozen=True)
class LabelCount:
    """How many items carry a label, and how many of them were decided in which way."""

    label: str
    items: int
    waiting: int
    approved: int
    mature: int
    removed: int


@dataclass(frozen=True)
class Figures:
    """All of the lead's figures: over the decisions taken since `since`, and the queue as it is."""

    since: datetime | None
    throughput: tuple[DayCount, ...]
    agreement: Agreement
    reversals: Reversals
    queue: QueueAge
    escalated: QueueAge
    labels: tuple[LabelCount, ...]


def figures(connection: Connection, now: datetime, since: datetime | None = None) -> Figures:
    """The figures at `now`."""
    facts = tuple(decision_facts(connection, since))
    return Figures(
        since=since,
        throughput=throughput(facts),
        agreement=agreement(facts),
        reversals=reversals(facts),
        queue=queue_age(_queued(connection, "open"), now),
        escalated=queue_age(_queued(connection, "escalated"), now),
        labels=label_counts(connection),
    )


def label_counts(connection: Connection) -> tuple[LabelCount, ...]:
    """By label, the most frequent first; an item that carries a label twice counts once."""
    items = func.count(FlagRow.item_id.distinct())
    outcome = func.coalesce(ItemRow.outcome, "")
    query = select(FlagRow.label, outcome.label("outcome"), items.label("items"))
    query = query.join(ItemRow, ItemRow.id == FlagRow.item_id)
    counts: dict[str, dict[str, int]] = {}
    for row in connection.execute(query.group_by(FlagRow.label, outcome)):
        counts.setdefault(row.label, {})[row.outcome] = row.items
    found = (
        LabelCount(
            label=label,
            items=sum(by_outcome.values()),
            waiting=by_outcome.get("", 0),
            approved=by_outcome.get("approve", 0),
            mature=by_outcome.get("mature", 0),
            removed=by_outcome.get("remove", 0),
        )
        for label, by_outcome in counts.items()
    )
    return tuple(sorted(found, key=lambda count: (-count.items, count.label)))


def _queued(connection: Connection, state: str) -> list[datetime]:
    query = select(ItemRow.queued_at).where(ItemRow.state == state)
    return list(connection.execute(query).scalars())
