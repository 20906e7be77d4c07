"""What photos that look alike were decided before, found by their PDQ hashes."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, select

from moderation.hash_index import HashIndex
from moderation.pdq import LEAST_QUALITY
from moderation.review.choices import CHOICES, Choice
from moderation.review.item import Item
from moderation.review.models import DecisionRow, ItemRow


@dataclass(frozen=True)
class SimilarDecision:
    """A photo that looks like the item's, `distance` bits apart, and what was decided of it."""

    item_id: int
    listing_id: str
    distance: int
    outcome: Choice
    decided_at: datetime
    root: str | None
    source: str | None


class DecidedHashes:
    """The hashes of decided photos, read once and then only what was decided since."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last_decision = 0
        self._item_ids: list[int] = []
        self._hashes: list[str] = []
        self._index = HashIndex(())

    def similar(
        self, connection: Connection, item: Item, limit: int
    ) -> tuple[SimilarDecision, ...]:
        """The nearest decided photos, nearest first; none for a photo without a usable hash."""
        if item.pdq is None or not _is_usable(item.pdq_quality):
            return ()
        with self._lock:
            self._read(connection)
            rows, distances = self._index.within(item.pdq)
            near = {
                self._item_ids[row]: int(distance)
                for row, distance in zip(rows, distances, strict=True)
            }
        near.pop(item.id, None)
        return _decided(connection, near, limit)

    def _read(self, connection: Connection) -> None:
        query = (
            select(DecisionRow.id, ItemRow.id.label("item_id"), ItemRow.pdq, ItemRow.pdq_quality)
            .join(ItemRow, ItemRow.id == DecisionRow.item_id)
            .where(DecisionRow.id > self._last_decision, DecisionRow.effect == "final")
            .order_by(DecisionRow.id)
        )
        rows = connection.execute(query).all()
        if not rows:
            return
        self._last_decision = rows[-1].id
        usable = [row for row in rows if row.pdq is not None and _is_usable(row.pdq_quality)]
        self._item_ids += [row.item_id for row in usable]
        self._hashes += [row.pdq for row in usable]
        self._index = HashIndex(self._hashes)


def _is_usable(quality: int | None) -> bool:
    return quality is None or quality >= LEAST_QUALITY


def _decided(
    connection: Connection, distances: dict[int, int], limit: int
) -> tuple[SimilarDecision, ...]:
    """Those of the items whose decision still stands, in the order given.

    What the database calls decided without saying what was decided, or when, is left out.
    """
    found: list[SimilarDecision] = []
    for item_id, distance in distances.items():
        columns = (
            ItemRow.id,
            ItemRow.listing_id,
            ItemRow.outcome,
            ItemRow.decided_at,
            ItemRow.root,
            ItemRow.source,
        )
        standing = (
            ItemRow.state == "decided",
            ItemRow.outcome.in_(CHOICES),
            ItemRow.decided_at.is_not(None),
        )
        query = select(*columns).where(ItemRow.id == item_id, *standing)
        row = connection.execute(query).one_or_none()
        if row is not None:
            found.append(
                SimilarDecision(
                    item_id=row.id,
                    listing_id=row.listing_id,
                    distance=distance,
                    outcome=row.outcome,
                    decided_at=row.decided_at,
                    root=row.root,
                    source=row.source,
                )
            )
        if len(found) == limit:
            break
    return tuple(found)
