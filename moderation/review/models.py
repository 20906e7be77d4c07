"""The desk's tables. `migrations` builds them; a test holds the two against each other.

Rows of `decisions`, `withdrawals` and `audit` are never changed or deleted: triggers refuse it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from moderation.review.column_types import UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can speak of it on both databases."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime(),
        str: Text(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


class UserRow(Base):
    """A person; `name` is folded to lower case. `password_hash` is argon2id's own text."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[datetime]


class SessionRow(Base):
    """A signed-in browser; the token itself is kept by the browser alone."""

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    address: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInRow(Base):
    """An attempt to sign in, counted against the limit until it is known to have succeeded."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index(None, "name", "at"), Index(None, "address", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    address: Mapped[str]
    at: Mapped[datetime]
    succeeded: Mapped[bool]


class ItemRow(Base):
    """One photo that needs a person, and where it stands in the queue.

    `priority` is 0 for block and 1 for review; `photo_index` is null where the listing has no photo
    at all. `waiting_*` is the first of two decisions on a double-reviewed item.
    """

    __tablename__ = "items"
    __table_args__ = (
        Index("ix_items_queue", "state", "priority", "queued_at", "id"),
        Index("ix_items_decided", "state", "decided_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    listing_id: Mapped[str] = mapped_column(index=True)
    photo_index: Mapped[int | None]
    root: Mapped[str | None]
    source: Mapped[str | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    pdq: Mapped[str | None] = mapped_column(String(64))
    pdq_quality: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    verdict: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int]
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None]
    reasons: Mapped[list[Any]]
    detectors: Mapped[list[Any]]
    category: Mapped[str | None]
    listing_photos: Mapped[list[Any]]
    policy: Mapped[str] = mapped_column(String(128))
    model: Mapped[dict[str, Any]]
    queued_at: Mapped[datetime]
    decisions_needed: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    round: Mapped[int]
    lease_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    lease_until: Mapped[datetime | None]
    waiting_decision_id: Mapped[int | None]
    waiting_user_id: Mapped[int | None]
    waiting_choice: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None]


class FlagRow(Base):
    """One policy label on an item, with the evidence for it; `position` 0 is the most severe."""

    __tablename__ = "flags"
    __table_args__ = (Index(None, "label"),)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(64))
    score: Mapped[float]
    threshold: Mapped[float]
    verdict: Mapped[str] = mapped_column(String(16))
    view: Mapped[str] = mapped_column(String(16))
    frame: Mapped[int | None]
    box: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    code: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str]
    seller_message: Mapped[str]
    detector: Mapped[str]
    detector_label: Mapped[str]


class CodeRow(Base):
    """A reason that a policy gives: its code and its sentence for the reviewer."""

    __tablename__ = "policy_codes"
    policy: Mapped[str] = mapped_column(String(128), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str]


class DecisionRow(Base):
    """What one person decided of one item in one round.

    `effect` is waiting (a second person is needed), final, escalated or skipped: a round ends with
    the one decision that is final or escalates. `state_before` is the item's queue at the time;
    `second_to` the decision that this one was compared with.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        Index(
            "uq_decisions_end_of_round",
            "item_id",
            "round",
            unique=True,
            sqlite_where=text("effect IN ('final', 'escalated')"),
            postgresql_where=text("effect IN ('final', 'escalated')"),
        ),
        Index(None, "item_id"),
        Index(None, "user_id", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    round: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(16))
    choice: Mapped[str] = mapped_column(String(16))
    reason_code: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str]
    effect: Mapped[str] = mapped_column(String(16))
    state_before: Mapped[str] = mapped_column(String(16))
    second_to: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    at: Mapped[datetime] = mapped_column(index=True)


class WithdrawalRow(Base):
    """A decision that no longer stands: undone by whoever took it, or reopened by a lead."""

    __tablename__ = "withdrawals"
    __table_args__ = (UniqueConstraint("decision_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]


class RestRow(Base):
    """An item that is not given to a person before `until`, for they skipped or escalated it."""

    __tablename__ = "rests"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    until: Mapped[datetime]


class AuditRow(Base):
    """Who did what, and when. `name` is as it was given, for a failed sign-in may be nobody's."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "item_id"), Index(None, "user_id", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None]
    name: Mapped[str]
    action: Mapped[str] = mapped_column(String(32))
    item_id: Mapped[int | None]
    address: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
