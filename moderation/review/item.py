"""One photo of the queue as the desk gives it: what the record said of it, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from moderation.review.choices import Choice, State
from moderation.review.models import FlagRow, ItemRow

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Flag:
    """A policy label with its evidence: `box` is x, y, width, height in pixels of the upright
    photo; `view` is shown, hidden (under transparency) or frame (of number `frame`)."""

    label: str
    score: float
    threshold: float
    verdict: str
    view: str
    frame: int | None
    box: Box | None
    code: str
    reason: str
    seller_message: str
    detector: str
    detector_label: str


@dataclass(frozen=True)
class ListingPhoto:
    """One photo of the item's listing, the item's own included; `source` is relative to `root`."""

    index: int
    source: str | None
    sha256: str | None
    verdict: str


@dataclass(frozen=True)
class Item:
    """One photo that needs a person.

    `priority` is 0 for block and 1 for review. `photo_index` is None where the listing has no photo
    at all. A photo that failed has `error_code` and `error_message`, and no picture. `source` is
    relative to the folder `root`. `pdq` is 64 hex digits. `reasons` are the policy's sentences.
    `model` is the record's own account of what looked. `round` must be given back with a decision.
    `lease_until` and `lease_person_id` say who holds it now.
    """

    id: int
    key: str
    listing_id: str
    photo_index: int | None
    root: str | None
    source: str | None
    sha256: str | None
    pdq: str | None
    pdq_quality: int | None
    size: tuple[int, int] | None
    verdict: str
    priority: int
    error_code: str | None
    error_message: str | None
    reasons: tuple[str, ...]
    detectors: tuple[str, ...]
    category: str | None
    listing_photos: tuple[ListingPhoto, ...]
    policy: str
    model: Mapping[str, Any]
    queued_at: datetime
    decisions_needed: int
    state: State
    round: int
    lease_person_id: int | None
    lease_until: datetime | None
    outcome: Choice | None
    decided_at: datetime | None
    flags: tuple[Flag, ...]

    @property
    def has_picture(self) -> bool:
        """Whether there is a photo file to show."""
        return self.error_code is None and self.source is not None


def read_item(connection: Connection, item_id: int) -> Item | None:
    """The item of that id, with its flags; None where there is none."""
    query = select(*ItemRow.__table__.columns).where(ItemRow.id == item_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _item(row, _flags(connection, item_id))


def _flags(connection: Connection, item_id: int) -> tuple[Flag, ...]:
    query = select(*FlagRow.__table__.columns).where(FlagRow.item_id == item_id)
    return tuple(_flag(row) for row in connection.execute(query.order_by(FlagRow.position)))


def _flag(row: Row[Any]) -> Flag:
    return Flag(
        label=row.label,
        score=row.score,
        threshold=row.threshold,
        verdict=row.verdict,
        view=row.view,
        frame=row.frame,
        box=None if row.box is None else (row.box[0], row.box[1], row.box[2], row.box[3]),
        code=row.code,
        reason=row.reason,
        seller_message=row.seller_message,
        detector=row.detector,
        detector_label=row.detector_label,
    )


def _item(row: Row[Any], flags: tuple[Flag, ...]) -> Item:
    return Item(
        id=row.id,
        key=row.key,
        listing_id=row.listing_id,
        photo_index=row.photo_index,
        root=row.root,
        source=row.source,
        sha256=row.sha256,
        pdq=row.pdq,
        pdq_quality=row.pdq_quality,
        size=None if row.width is None else (row.width, row.height),
        verdict=row.verdict,
        priority=row.priority,
        error_code=row.error_code,
        error_message=row.error_message,
        reasons=tuple(row.reasons),
        detectors=tuple(row.detectors),
        category=row.category,
        listing_photos=tuple(ListingPhoto(**photo) for photo in row.listing_photos),
        policy=row.policy,
        model=row.model,
        queued_at=row.queued_at,
        decisions_needed=row.decisions_needed,
        state=row.state,
        round=row.round,
        lease_person_id=row.lease_user_id,
        lease_until=row.lease_until,
        outcome=row.outcome,
        decided_at=row.decided_at,
        flags=flags,
    )
