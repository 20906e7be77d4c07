"""People, passwords, sign-ins and sessions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from moderation.review.desk import Desk, open_desk
from moderation.review.errors import PersonError, SignInError, TooManyAttemptsError
from moderation.review.models import SessionRow, UserRow
from moderation.review.person import Person
from moderation.review.settings import DeskSettings
from tests.moderation.review.conftest import TurnedClock
from tests.moderation.review.desks import PASSWORD, fill, person, record

HERE = "192.0.2.1"


def _fail(desk: Desk, name: str, address: str = HERE) -> None:
    with pytest.raises(SignInError) as caught:
        desk.sign_in(name, "wrong", address)
    assert not isinstance(caught.value, TooManyAttemptsError)


def test_a_person_signs_in_and_is_known_by_the_token(desk: Desk) -> None:
    ada = person(desk, "Ada", "lead")
    who, token = desk.sign_in(" ADA ", PASSWORD, HERE)
    assert who == ada
    assert len(token) >= 43
    session = desk.session(token)
    assert session is not None
    assert session.person == ada
    assert desk.session(token + "x") is None
    assert desk.session("") is None


def test_the_database_holds_neither_passwords_nor_tokens(desk: Desk, tmp_path: Path) -> None:
    person(desk)
    _, token = desk.sign_in("ada", PASSWORD, HERE)
    with desk.database.read() as connection:
        rows = [*connection.execute(select(*UserRow.__table__.columns))]
        rows += connection.execute(select(*SessionRow.__table__.columns))
    kept = str(rows)
    assert PASSWORD not in kept
    assert token not in kept
    assert "$argon2id$" in kept


def test_a_wrong_password_an_unknown_name_and_a_deactivated_person_look_alike(lite: Desk) -> None:
    person(lite, "ada")
    person(lite, "bob")
    lite.set_active("bob", False)
    messages = set()
    for name, password in (("ada", "wrong"), ("nobody", PASSWORD), ("bob", PASSWORD)):
        with pytest.raises(SignInError) as caught:
            lite.sign_in(name, password, HERE)
        messages.add(str(caught.value))
    assert messages == {"the name or the password is wrong"}


def test_an_unknown_name_costs_a_hash_too(lite: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bytes | str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash: str, password: str | bytes) -> bool:
        tried.append(password)
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    _fail(lite, "nobody")
    assert len(tried) == 1


def test_a_password_hash_made_with_other_costs_is_renewed_on_sign_in(
    desk: Desk, url: str, clock: TurnedClock, settings: DeskSettings
) -> None:
    person(desk)
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    with open_desk(url, settings, clock, dearer) as other:
        other.sign_in("ada", PASSWORD, HERE)
    with desk.database.read() as connection:
        kept = connection.execute(select(UserRow.password_hash)).scalar_one()
    assert "m=16,t=2" in kept
    desk.sign_in("ada", PASSWORD, HERE)


def test_five_failures_close_a_name_even_to_the_right_password(
    desk: Desk, clock: TurnedClock
) -> None:
    person(desk)
    for number in range(5):
        _fail(desk, "ada", f"192.0.2.{number}")
        clock.turn(seconds=60)
    with pytest.raises(TooManyAttemptsError) as caught:
        desk.sign_in("ADA", PASSWORD, "198.51.100.1")
    assert caught.value.retry_after == 900 - 300
    clock.turn(seconds=600)
    assert desk.sign_in("ada", PASSWORD, HERE)


def test_five_failures_close_an_address_to_every_name(lite: Desk, clock: TurnedClock) -> None:
    person(lite)
    for number in range(5):
        _fail(lite, f"guess-{number}")
    with pytest.raises(TooManyAttemptsError):
        lite.sign_in("ada", PASSWORD, HERE)
    assert lite.sign_in("ada", PASSWORD, "198.51.100.1")


def test_signing_in_rightly_does_not_count_as_a_failure(lite: Desk) -> None:
    person(lite)
    for _ in range(8):
        lite.sign_in("ada", PASSWORD, HERE)


def test_a_name_of_odd_characters_is_refused_and_not_a_fault(desk: Desk) -> None:
    _fail(desk, "a\0\ud800\n" + "x" * 500)
    with pytest.raises(SignInError):
        desk.sign_in("ada", "\0\ud800", HERE)


def test_a_session_ends_when_idle_and_at_last_in_any_case(desk: Desk, clock: TurnedClock) -> None:
    person(desk)
    _, idle = desk.sign_in("ada", PASSWORD, HERE)
    clock.turn(minutes=29)
    session = desk.session(idle)
    assert session is not None
    assert (session.expires_at - clock.now).total_seconds() == 1800
    clock.turn(minutes=29)
    assert desk.session(idle) is not None
    clock.turn(minutes=30)
    assert desk.session(idle) is None
    _, busy = desk.sign_in("ada", PASSWORD, HERE)
    for _ in range(12 * 3 - 1):
        clock.turn(minutes=20)
        assert desk.session(busy) is not None
    clock.turn(minutes=20)
    assert desk.session(busy) is None


def test_signing_out_ends_this_session_alone(desk: Desk) -> None:
    person(desk)
    _, first = desk.sign_in("ada", PASSWORD, HERE)
    _, second = desk.sign_in("ada", PASSWORD, HERE)
    session = desk.session(first)
    assert session is not None
    desk.sign_out(session)
    assert desk.session(first) is None
    assert desk.session(second) is not None


@pytest.mark.parametrize("change", ["password", "deactivate", "role"])
def test_a_change_of_the_person_ends_all_their_sessions_and_frees_their_photo(
    desk: Desk, tmp_path: Path, change: str
) -> None:
    ada, bob = person(desk, "ada"), person(desk, "bob")
    _, token = desk.sign_in("ada", PASSWORD, HERE)
    _, other = desk.sign_in("bob", PASSWORD, HERE)
    fill(desk, tmp_path, record())
    assert desk.next_item(ada) is not None
    if change == "password":
        desk.set_password("ada", "another battery horse")
    elif change == "deactivate":
        desk.set_active("ada", False)
    else:
        desk.set_role("ada", "lead")
    assert desk.session(token) is None
    assert desk.session(other) is not None
    assert desk.next_item(bob) is not None


def test_a_person_let_in_again_signs_in(lite: Desk) -> None:
    person(lite)
    lite.set_active("ada", False)
    lite.set_active("ada", True)
    assert lite.sign_in("ada", PASSWORD, HERE)


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\nb", "a\0b"])
def test_an_unfit_name_is_refused(lite: Desk, name: str) -> None:
    with pytest.raises(PersonError, match="a name has"):
        person(lite, name)


def test_a_name_is_taken_however_written(desk: Desk) -> None:
    person(desk, "Zoë")
    with pytest.raises(PersonError, match="there already"):
        person(desk, "ZOE\N{COMBINING DIAERESIS}")


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 1025])
def test_an_unfit_password_is_refused(lite: Desk, password: str) -> None:
    with pytest.raises(PersonError, match="a password has"):
        lite.add_person("ada", "lead", password)
    assert lite.people() == ()


def _leads(desk: Desk) -> list[str]:
    return [one.name for one in desk.people() if one.is_lead and one.active]


def test_the_only_active_lead_stays_an_active_lead(desk: Desk) -> None:
    person(desk, "ada", "lead")
    person(desk, "bob")
    person(desk, "eve", "lead")
    desk.set_active("eve", False)
    _, token = desk.sign_in("ada", PASSWORD, HERE)
    logged = len(desk.audit())
    why = "^'ada' is the only active lead: make another person one first$"
    with pytest.raises(PersonError, match=why):
        desk.set_active("ADA", False)
    with pytest.raises(PersonError, match=why):
        desk.set_role("ADA", "reviewer")
    assert _leads(desk) == ["ada"]
    assert desk.session(token) is not None
    assert len(desk.audit()) == logged
    desk.set_role("ada", "lead")
    desk.set_role("bob", "lead")
    desk.set_active("ada", False)
    assert _leads(desk) == ["bob"]


def test_those_who_are_no_active_leads_can_go_where_nobody_leads(lite: Desk) -> None:
    person(lite, "bob")
    lite.set_role("bob", "reviewer")
    lite.set_active("bob", False)
    person(lite, "ada", "lead")
    person(lite, "eve", "lead")
    lite.set_active("eve", False)
    lite.set_active("eve", False)
    lite.set_role("eve", "reviewer")
    assert _leads(lite) == ["ada"]


def test_of_two_leads_who_shut_one_another_out_at_once_one_stays(desk: Desk) -> None:
    ada, eve = person(desk, "ada", "lead"), person(desk, "eve", "lead")
    together = Barrier(2)
    changes: tuple[Callable[[], Person], ...] = (
        lambda: desk.set_active("eve", False, by=ada),
        lambda: desk.set_role("ada", "reviewer", by=eve),
    )

    def refused(change: Callable[[], Person]) -> bool:
        together.wait(30)
        try:
            change()
        except PersonError as error:
            return "is the only active lead" in str(error)
        return False

    with ThreadPoolExecutor(2) as threads:
        for _ in range(12):
            assert sorted(threads.map(refused, changes)) == [False, True]
            assert len(_leads(desk)) == 1
            desk.set_role("ada", "lead")
            desk.set_active("eve", True)


def test_an_unknown_person_or_role_is_named(lite: Desk) -> None:
    with pytest.raises(PersonError, match="nobody is called 'eve'"):
        lite.set_active("eve", False)
    with pytest.raises(PersonError, match="'boss' is no role"):
        lite.add_person("eve", "boss", PASSWORD)  # type: ignore[arg-type]
