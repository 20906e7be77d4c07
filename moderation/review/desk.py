"""The review desk: everything that the web pages and the commands do goes through here.

    with open_desk("sqlite:///review.sqlite3") as desk:
        desk.import_records(Path("records.jsonl"), Path("photos"))
        person, token = desk.sign_in("ada", password, address="127.0.0.1")
        item = desk.next_item(person)
        desk.decide(person, Ruling(item.id, item.round, "approve"))

Each method is one transaction. A desk may be used from several threads; each process opens its own.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import text

from moderation.policy import Policy
from moderation.review import leases, people, sessions, withdraw
from moderation.review.audit import SYSTEM, Action, AuditEntry, log, read_log
from moderation.review.choices import CHOICES, Choice, Role
from moderation.review.clock import Clock, utc_now
from moderation.review.database import Database
from moderation.review.decide import Decision, Ruling, decide
from moderation.review.export import ExportedDecision, exported_decisions, write_decisions
from moderation.review.figure_queries import Figures, figures
from moderation.review.hash_list import write_hash_list
from moderation.review.intake import Imported, import_records
from moderation.review.item import Item, read_item
from moderation.review.migrate import migrate
from moderation.review.person import Person
from moderation.review.reasons import Reason, ReasonBook
from moderation.review.settings import DeskSettings
from moderation.review.sign_in import sign_in
from moderation.review.similar import DecidedHashes, SimilarDecision


def open_desk(
    url: str,
    settings: DeskSettings | None = None,
    clock: Clock = utc_now,
    hasher: PasswordHasher | None = None,
) -> "Desk":
    """The desk of the database at `url`, whose tables are created or upgraded.

    `url` is `sqlite:///FILE` or `postgresql+psycopg://...`. Raises DeskDatabaseError where it
    cannot be reached, was made by a newer version, or holds something else.
    """
    database = Database(url)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return Desk(database, settings or DeskSettings.load(), clock, hasher or PasswordHasher())


class Desk:
    """See `open_desk`. Give it back with `close`, or use it in a `with` statement."""

    def __init__(
        self, database: Database, settings: DeskSettings, clock: Clock, hasher: PasswordHasher
    ) -> None:
        self.database = database
        self.settings = settings
        self.clock = clock
        self._hasher = hasher
        self._decoy = hasher.hash("nobody's password")
        self._reasons = ReasonBook()
        self._decided = DecidedHashes()

    def __enter__(self) -> "Desk":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database's connections."""
        self.database.close()

    # The queue

    def import_records(
        self, path: Path, root: Path | None, policies: tuple[Policy, ...] = ()
    ) -> Imported:
        """Fills the queue from a file of records; all of it or nothing. See `intake`."""
        with self.database.write() as connection:
            if not self.database.is_sqlite:
                connection.execute(text("LOCK TABLE policy_codes IN SHARE ROW EXCLUSIVE MODE"))
            share = self.settings.double_review_share
            return import_records(connection, path, root, self.clock(), share, policies)

    def next_item(self, person: Person) -> Item | None:
        """The item that the person holds, or else the next one free, leased to them; or None."""
        with self.database.write_for_now() as connection:
            item_id = leases.lease_next(connection, person, self.clock(), self.settings)
            return None if item_id is None else read_item(connection, item_id)

    def item(self, item_id: int) -> Item | None:
        """Any item, whoever holds it."""
        with self.database.read() as connection:
            return read_item(connection, item_id)

    def reasons(self, policy: str) -> Mapping[Choice, tuple[Reason, ...]]:
        """For each choice, the reasons that can be given for it under a policy (`name@version`)."""
        with self.database.read() as connection:
            return {choice: self._reasons.of(connection, policy, choice) for choice in CHOICES}

    def similar(self, item: Item, limit: int = 8) -> tuple[SimilarDecision, ...]:
        """What photos that look like the item's were decided before, nearest first."""
        with self.database.read() as connection:
            return self._decided.similar(connection, item, limit)

    # Decisions

    def decide(self, person: Person, ruling: Ruling) -> Decision:
        """Takes a decision from whoever holds the item. See `decide`."""
        with self.database.write() as connection:
            return decide(connection, person, ruling, self.clock(), self.settings, self._reasons)

    def undo(self, person: Person, decision_id: int) -> Item:
        """Takes the person's own decision back, for a minute; the item as it is now."""
        with self.database.write() as connection:
            now = self.clock()
            item_id = withdraw.undo(connection, person, decision_id, now, self.settings)
            item = read_item(connection, item_id)
        assert item is not None
        return item

    def reopen(self, person: Person, item_id: int) -> None:
        """Brings a decided item before the leads again; only a lead can."""
        with self.database.write() as connection:
            withdraw.reopen(connection, person, item_id, self.clock())

    # People

    def add_person(self, name: str, role: Role, password: str, by: Person | str = SYSTEM) -> Person:
        """Adds a reviewer or a lead; `by` is who does it, for the log. Raises PersonError."""
        hashed = self._hashed(password)
        with self.database.write() as connection:
            return people.add_person(connection, name, role, hashed, self.clock(), by)

    def people(self) -> tuple[Person, ...]:
        """Everyone, by name."""
        with self.database.read() as connection:
            return people.list_people(connection)

    def set_active(self, name: str, active: bool, by: Person | str = SYSTEM) -> Person:
        """Shuts someone out at once, or lets them in again.

        Raises PersonError, also for the only active lead, who cannot be shut out.
        """
        with self.database.write() as connection:
            return people.set_active(connection, name, active, self.clock(), by)

    def set_role(self, name: str, role: Role, by: Person | str = SYSTEM) -> Person:
        """Makes someone a reviewer or a lead.

        Raises PersonError, also for the only active lead, who cannot become a reviewer.
        """
        with self.database.write() as connection:
            return people.set_role(connection, name, role, self.clock(), by)

    def set_password(self, name: str, password: str, by: Person | str = SYSTEM) -> None:
        """Gives someone another password, and ends their sessions. Raises PersonError."""
        hashed = self._hashed(password)
        with self.database.write() as connection:
            people.set_password(connection, name, hashed, self.clock(), by)

    def _hashed(self, password: str) -> str:
        return people.hashed(password, self._hasher, self.settings.shortest_password)

    # Sessions

    def sign_in(self, name: str, password: str, address: str) -> tuple[Person, str]:
        """Who signed in, and the new session's token, for the browser alone to keep.

        Raises SignInError, and TooManyAttemptsError with `retry_after` in seconds.
        """
        return sign_in(
            self.database,
            name,
            password,
            address,
            self.clock(),
            self.settings,
            self._hasher,
            self._decoy,
        )

    def session(self, token: str) -> sessions.Session | None:
        """The live session of that token; asking keeps it alive."""
        now = self.clock()
        with self.database.read() as connection:
            found = sessions.find_session(connection, token, now, self.settings)
        if found is None:
            return None
        session, is_touch_due = found
        if is_touch_due:
            with self.database.write_for_now() as connection:
                sessions.touch(connection, session, now)
        return session

    def sign_out(self, session: sessions.Session) -> None:
        """Ends the session."""
        with self.database.write() as connection:
            now = self.clock()
            sessions.end_session(connection, session, now)
            log(connection, now, session.person, "signed_out")

    # What was done

    def log(
        self,
        who: Person | str,
        action: Action,
        item_id: int | None = None,
        address: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Adds an entry to the audit log, for what the desk cannot know: what was seen."""
        with self.database.write() as connection:
            log(connection, self.clock(), who, action, item_id, address, detail)

    def audit(
        self,
        limit: int = 100,
        before: int | None = None,
        item_id: int | None = None,
        person_id: int | None = None,
        action: Action | None = None,
    ) -> tuple[AuditEntry, ...]:
        """The newest entries first; `before` is the last one's id, for the next page."""
        with self.database.read() as connection:
            return read_log(connection, limit, before, item_id, person_id, action)

    def export(
        self,
        path: Path,
        since: datetime | None = None,
        until: datetime | None = None,
        by: Person | str = SYSTEM,
        address: str | None = None,
    ) -> int:
        """Writes the decisions to a `.jsonl` or `.parquet` file, whole or not at all; how many.

        `by` and `address` are for the log. Raises ReviewError for another ending.
        """
        with self.database.read() as connection:
            count = write_decisions(exported_decisions(connection, since, until), path)
        detail = {"file": path.name, "decisions": count}
        self.log(by, "exported", address=address, detail=detail)
        return count

    def export_hashes(self, path: Path, list_name: str) -> int:
        """Writes the decided photos' PDQ hashes as a list for `vitrine enrich`; how many.

        Raises ReviewError for a name of the list, or an ending, that lists cannot have.
        """
        with self.database.read() as connection:
            count = write_hash_list(connection, path, list_name)
        self.log(SYSTEM, "exported", detail={"file": path.name, "hashes": count})
        return count

    def decisions(self) -> tuple[ExportedDecision, ...]:
        """Every decision, oldest first, as it is exported."""
        with self.database.read() as connection:
            return tuple(exported_decisions(connection))

    def figures(self, since: datetime | None = None) -> Figures:
        """The lead's figures, over the decisions since then."""
        with self.database.read() as connection:
            return figures(connection, self.clock(), since)
