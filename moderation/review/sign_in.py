"""Signing in: passwords checked in the same time for any name, and only so many attempts."""

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import Connection, func, insert, select, text, update

from moderation.review.audit import log
from moderation.review.database import Database
from moderation.review.errors import SignInError, TooManyAttemptsError
from moderation.review.models import SignInRow, UserRow
from moderation.review.people import folded, is_password, person_of
from moderation.review.person import Person
from moderation.review.sessions import start_session
from moderation.review.settings import DeskSettings

LONGEST = 64
"""So much of a name that somebody typed is kept, to count and to log it."""


def sign_in(
    database: Database,
    name: str,
    password: str,
    address: str,
    now: datetime,
    settings: DeskSettings,
    hasher: PasswordHasher,
    decoy: str,
) -> tuple[Person, str]:
    """Whoever signed in, and the token of a new session.

    The attempt counts as failed until the password proves right, so that attempts side by side are
    counted too. `decoy` is a hash that is tried for an unknown name, so that it takes as long as a
    known one. Raises TooManyAttemptsError where the name or the address has failed too often of
    late, even with the right password, and SignInError for a wrong one.
    """
    name = _kept(name)
    attempt = _admit(database, name, address, now, settings)
    with database.read() as connection:
        query = select(*UserRow.__table__.columns).where(UserRow.name == name)
        row = connection.execute(query).one_or_none()
    right = is_password(password, decoy if row is None else row.password_hash, hasher)
    if row is None or not right or not row.active:
        with database.write() as connection:
            log(connection, now, name, "sign_in_failed", address=address)
        raise SignInError("the name or the password is wrong")
    person = person_of(row)
    stale = hasher.check_needs_rehash(row.password_hash)
    rehashed = hasher.hash(password.encode("utf-8", "surrogatepass")) if stale else None
    with database.write() as connection:
        if rehashed is not None:
            same = (UserRow.id == row.id, UserRow.password_hash == row.password_hash)
            connection.execute(update(UserRow).where(*same).values(password_hash=rehashed))
        passed = update(SignInRow).where(SignInRow.id == attempt).values(succeeded=True)
        connection.execute(passed)
        token = start_session(connection, person, address, now)
        log(connection, now, person, "signed_in", address=address)
    return person, token


def _kept(name: str) -> str:
    return "".join(character for character in folded(name) if character.isprintable())[:LONGEST]


def _admit(
    database: Database, name: str, address: str, now: datetime, settings: DeskSettings
) -> int:
    """The new attempt's id. Raises TooManyAttemptsError, after logging it."""
    with database.write() as connection:
        if not database.is_sqlite:
            _one_at_a_time(connection)
        free_at = _free_at(connection, name, address, now, settings)
        if free_at is None:
            values = {"name": name, "address": address, "at": now, "succeeded": False}
            query = insert(SignInRow).values(values).returning(SignInRow.id)
            return connection.execute(query).scalar_one()
        log(connection, now, name, "sign_in_limited", address=address)
    wait = (free_at - now).total_seconds()
    raise TooManyAttemptsError(f"too many attempts: wait {wait / 60:.0f} minutes", wait)


def _one_at_a_time(connection: Connection) -> None:
    """Attempts are counted one after another: it takes a moment, and the hash is not tried here."""
    connection.execute(text("LOCK TABLE sign_ins IN SHARE ROW EXCLUSIVE MODE"))


def _free_at(
    connection: Connection, name: str, address: str, now: datetime, settings: DeskSettings
) -> datetime | None:
    """When the next attempt is allowed; None for now."""
    window = timedelta(seconds=settings.sign_in_window)
    latest = None
    for column, value in ((SignInRow.name, name), (SignInRow.address, address)):
        failed = (column == value, SignInRow.succeeded.is_(False), SignInRow.at > now - window)
        query = select(func.count(), func.min(SignInRow.at)).where(*failed)
        count, oldest = connection.execute(query).one()
        if count >= settings.sign_in_failures:
            free_at = oldest + window
            latest = free_at if latest is None else max(latest, free_at)
    return latest
