"""Who is signed in. The browser keeps a random token, the database only its SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select, update

from moderation.review.models import SessionRow, UserRow
from moderation.review.person import Person
from moderation.review.settings import DeskSettings

TOKEN_BYTES = 32
TOUCH_EVERY = timedelta(seconds=30)
"""A session's last request is written down this often at most, to spare the database."""


@dataclass(frozen=True)
class Session:
    """A live session: whose it is, and when it ends if nothing more is asked for."""

    id: int
    person: Person
    expires_at: datetime


def start_session(connection: Connection, person: Person, address: str, now: datetime) -> str:
    """A new session's token, of 256 random bits."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {
        "token_sha256": _digest(token),
        "user_id": person.id,
        "address": address,
        "created_at": now,
        "last_seen_at": now,
        "revoked_at": None,
    }
    connection.execute(insert(SessionRow), values)
    return token


def find_session(
    connection: Connection, token: str, now: datetime, settings: DeskSettings
) -> tuple[Session, bool] | None:
    """The live session of that token, and whether `touch` is due; None where there is none.

    A session lives until it is ended, its person is deactivated, it was idle too long, or too long
    in any case.
    """
    columns = (
        SessionRow.id.label("session_id"),
        SessionRow.created_at,
        SessionRow.last_seen_at,
        SessionRow.revoked_at,
    )
    people = (UserRow.id, UserRow.name, UserRow.role, UserRow.active)
    query = select(*columns, *people).join(UserRow, UserRow.id == SessionRow.user_id)
    row = connection.execute(query.where(SessionRow.token_sha256 == _digest(token))).one_or_none()
    if row is None or row.revoked_at is not None or not row.active:
        return None
    expires_at = _end(row.created_at, row.last_seen_at, settings, now)
    if expires_at is None:
        return None
    person = Person(row.id, row.name, row.role, row.active)
    return Session(row.session_id, person, expires_at), now - row.last_seen_at >= TOUCH_EVERY


def touch(connection: Connection, session: Session, now: datetime) -> None:
    """Writes down that the session was used."""
    mine = (SessionRow.id == session.id, SessionRow.last_seen_at < now)
    connection.execute(update(SessionRow).where(*mine).values(last_seen_at=now))


def end_session(connection: Connection, session: Session, now: datetime) -> None:
    """Ends one session."""
    _revoke(connection, SessionRow.id == session.id, now)


def end_sessions_of(connection: Connection, person_id: int, now: datetime) -> None:
    """Ends all of a person's sessions."""
    _revoke(connection, SessionRow.user_id == person_id, now)


def _end(
    created_at: datetime, last_seen_at: datetime, settings: DeskSettings, now: datetime
) -> datetime | None:
    """When the session ends; None where it has. Each request gives it another idle time."""
    longest = created_at + timedelta(seconds=settings.session_longest)
    idle = timedelta(seconds=settings.session_idle)
    if now >= min(longest, last_seen_at + idle):
        return None
    return min(longest, now + idle)


def _revoke(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    live = SessionRow.revoked_at.is_(None)
    connection.execute(update(SessionRow).where(which, live).values(revoked_at=now))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
