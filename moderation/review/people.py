"""The people of the desk: reviewers and leads, and their passwords."""

import unicodedata
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Row, exists, insert, select, text, update

from moderation.review.audit import SYSTEM, Action, log
from moderation.review.choices import ROLES, Role
from moderation.review.errors import PersonError
from moderation.review.leases import release
from moderation.review.models import UserRow
from moderation.review.person import Person
from moderation.review.sessions import end_sessions_of

LONGEST_NAME = 64
LONGEST_PASSWORD = 1024
"""Bytes of UTF-8; longer ones would only make the server work."""


def folded(name: str) -> str:
    """The name as it is stored and compared: normalised (NFKC), trimmed, without case."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def add_person(
    connection: Connection,
    name: str,
    role: Role,
    password_hash: str,
    now: datetime,
    by: Person | str = SYSTEM,
) -> Person:
    """Adds someone; `by` is who does it, for the audit log.

    Raises PersonError for a name that is empty, too long, unprintable or taken.
    """
    name = _fit_name(name)
    role = checked_role(role)
    if find_person(connection, name) is not None:
        raise PersonError(f"'{name}' is there already")
    values = {"name": name, "role": role, "password_hash": password_hash}
    query = insert(UserRow).values(**values, active=True, created_at=now)
    person_id = connection.execute(query.returning(UserRow.id)).scalar_one()
    person = Person(person_id, name, role)
    log(connection, now, by, "person_added", detail={"name": name, "role": role})
    return person


def list_people(connection: Connection) -> tuple[Person, ...]:
    """Everyone, by name, those deactivated too."""
    query = select(*UserRow.__table__.columns).order_by(UserRow.name)
    return tuple(person_of(row) for row in connection.execute(query))


def find_person(connection: Connection, name: str) -> Person | None:
    """Whoever has that name, however written."""
    query = select(*UserRow.__table__.columns).where(UserRow.name == folded(name))
    row = connection.execute(query).one_or_none()
    return None if row is None else person_of(row)


def named(connection: Connection, name: str) -> Person:
    """Whoever has that name. Raises PersonError where nobody has."""
    person = find_person(connection, name)
    if person is None:
        raise PersonError(f"nobody is called '{name}'")
    return person


def set_active(
    connection: Connection, name: str, active: bool, now: datetime, by: Person | str = SYSTEM
) -> Person:
    """Lets someone in again, or shuts them out: at once, and what they held is free for others.

    Raises PersonError where nobody has that name, and for shutting out the only active lead.
    """
    person = named(connection, name) if active else _dispensable(connection, name)
    action: Action = "person_activated" if active else "person_deactivated"
    _change(connection, person, {"active": active}, action, now, by)
    return Person(person.id, person.name, person.role, active)


def set_role(
    connection: Connection, name: str, role: Role, now: datetime, by: Person | str = SYSTEM
) -> Person:
    """Makes someone a reviewer or a lead; they must sign in again.

    Raises PersonError for an unknown name or role, and for making the only active lead a reviewer.
    """
    role = checked_role(role)
    person = named(connection, name) if role == "lead" else _dispensable(connection, name)
    _change(connection, person, {"role": role}, "role_changed", now, by, {"role": role})
    return Person(person.id, person.name, role, person.active)


def set_password(
    connection: Connection,
    name: str,
    password_hash: str,
    now: datetime,
    by: Person | str = SYSTEM,
) -> None:
    """Gives someone another password; they must sign in again."""
    person = named(connection, name)
    values = {"password_hash": password_hash}
    _change(connection, person, values, "password_changed", now, by)


def checked_role(role: str) -> Role:
    """`role` as a role. Raises PersonError for anything else."""
    for known in ROLES:
        if role == known:
            return known
    raise PersonError(f"'{role}' is no role; those are: {', '.join(ROLES)}")


def hashed(password: str, hasher: PasswordHasher, shortest: int) -> str:
    """The password's argon2id hash. Raises PersonError for one too short or too long."""
    if len(password) < shortest:
        raise PersonError(f"a password has at least {shortest} characters")
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST_PASSWORD:
        raise PersonError(f"a password has at most {LONGEST_PASSWORD} bytes")
    return hasher.hash(password.encode("utf-8", "surrogatepass"))


def is_password(password: str, password_hash: str, hasher: PasswordHasher) -> bool:
    """Whether it is the password that was hashed."""
    try:
        given = password.encode("utf-8", "surrogatepass")[: LONGEST_PASSWORD + 1]
        return hasher.verify(password_hash, given)
    except (VerificationError, InvalidHashError):
        return False


def person_of(row: Row[Any]) -> Person:
    """A row of `users` as a Person."""
    return Person(row.id, row.name, row.role, row.active)


def _dispensable(connection: Connection, name: str) -> Person:
    """Whoever has that name, who may stop being an active lead: another one is there.

    Raises PersonError where nobody has that name, or where they are the only active lead. On
    PostgreSQL nobody else changes people until the transaction ends, so that two leads cannot each
    take the other for the one who stays; on SQLite writing transactions never overlap.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    person = named(connection, name)
    another = exists().where(
        UserRow.role == "lead", UserRow.active.is_(True), UserRow.id != person.id
    )
    if person.is_lead and person.active and not connection.execute(select(another)).scalar_one():
        raise PersonError(f"'{person.name}' is the only active lead: make another person one first")
    return person


def _change(
    connection: Connection,
    person: Person,
    values: dict[str, Any],
    action: Action,
    now: datetime,
    by: Person | str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Changes someone's row, ends their sessions and frees what they hold."""
    connection.execute(update(UserRow).where(UserRow.id == person.id).values(values))
    end_sessions_of(connection, person.id, now)
    release(connection, person)
    log(connection, now, by, action, detail={"name": person.name, **(detail or {})})


def _fit_name(name: str) -> str:
    fit = folded(name)
    if not fit or len(fit) > LONGEST_NAME or not fit.isprintable():
        raise PersonError(f"a name has 1 to {LONGEST_NAME} printable characters")
    return fit
