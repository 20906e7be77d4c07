"""Signing in and out, and what becomes of a form when the session ends under it."""

import httpx
from hypothesis import given
from hypothesis import strategies as st

from moderation.review.web.addresses import local_address, number
from moderation.review.web.tokens import csrf_token, is_csrf_token, new_secret
from tests.moderation.review.web.scenery import Served, csrf_of, field_of, sign_in


def test_the_right_password_opens_the_desk(served: Served) -> None:
    with served.client() as client:
        answer = sign_in(client, "Ada")
        assert (answer.status_code, answer.headers["location"]) == (303, "/review")
        page = client.get("/review").text
    assert "Listing poster-12" in page
    assert "(reviewer)" in page


def test_a_wrong_name_or_password_is_told_without_saying_which(empty: Served) -> None:
    with empty.client() as client:
        for name, password in (("ada", "wrong"), ("nobody", "x"), ("", "")):
            answer = sign_in(client, name, password)
            assert answer.status_code == 401
            assert "The name or the password is wrong." in answer.text
        assert client.get("/review").status_code == 303


def test_too_many_attempts_close_the_door_for_a_while(empty: Served) -> None:
    with empty.client() as client:
        for _ in range(5):
            sign_in(client, "ada", "wrong")
        answer = sign_in(client, "ada")
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "900"
        assert "Too many attempts. Wait 15 minutes, then try again." in answer.text
        empty.clock.turn(minutes=16)
        assert sign_in(client, "ada").status_code == 303


def test_after_signing_in_the_page_asked_for_comes(empty: Served) -> None:
    with empty.client() as client:
        wanted = client.get("/lead/audit?action=seen", follow_redirects=True)
        next_page = field_of(wanted.text, "next")
        answer = sign_in(client, "lin", next=next_page.replace("&amp;", "&"))
    assert answer.headers["location"] == "/lead/audit?action=seen"


ELSEWHERE = (
    "https://evil.test/",
    "//evil.test",
    "/\\evil.test",
    "javascript:1",
    "/a\r\nb: c",
    "evil",
    "",
)


def test_no_address_leads_to_another_site(empty: Served) -> None:
    for elsewhere in ELSEWHERE:
        with empty.client() as client:
            answer = sign_in(client, "ada", next=elsewhere)
            assert answer.headers["location"] == "/review", elsewhere
            again = client.get("/sign-in", params={"next": elsewhere})
            assert again.headers["location"] == "/review", elsewhere


@given(st.text())
def test_whatever_an_address_is_it_stays_here(text: str) -> None:
    found = httpx.URL("http://desk.test/").join(local_address(text))
    assert (found.scheme, found.host) == ("http", "desk.test")


@given(st.text() | st.integers().map(str))
def test_a_number_is_an_id_or_nothing(text: str) -> None:
    found = number(text)
    assert found is None or (1 <= found < 2**31 and int(text) == found)


def test_a_csrf_token_fits_its_secret_and_purpose_alone() -> None:
    secret = new_secret()
    token = csrf_token(secret, "forms")
    assert is_csrf_token(token, secret, "forms")
    assert not is_csrf_token(token, secret, "sign in")
    assert not is_csrf_token(token, new_secret(), "forms")
    assert not is_csrf_token("", secret, "forms")
    assert not is_csrf_token("é\ud800", secret, "forms")


def test_signing_out_ends_the_session_for_good(empty: Served) -> None:
    with empty.signed_in("ada") as client:
        token = client.cookies["vitrine"]
        answer = client.post("/sign-out", data={"csrf": csrf_of(client.get("/review").text)})
        assert answer.headers["location"] == "/sign-in"
        assert "vitrine" not in client.cookies
    assert empty.desk.session(token) is None


def test_a_session_ends_by_itself(empty: Served) -> None:
    with empty.signed_in("ada") as client:
        empty.clock.turn(minutes=31)
        assert client.get("/review").headers["location"] == "/sign-in"


def test_a_decision_is_not_lost_when_the_session_ends_under_it(served: Served) -> None:
    decision = {
        "round": "0",
        "choice": "remove",
        "reason_remove": "NUDITY-EXPLICIT",
        "reason_approve": "NO-VIOLATION",
        "note": "on the <left>",
    }
    with served.signed_in("ada") as client:
        page = client.get("/review").text
        served.clock.turn(minutes=31)
        decision |= {"csrf": csrf_of(page), "round": field_of(page, "round")}
        ended = client.post("/items/1/decision", data=decision)
        assert ended.status_code == 401
        assert "Your session has ended. Your decision was not taken yet" in ended.text
        names = ("item", "round", "choice", "reason", "note")
        kept = {f"draft_{name}": field_of(ended.text, f"draft_{name}") for name in names}
        assert kept["draft_note"] == "on the &lt;left&gt;"
        kept["draft_note"] = decision["note"]
        login = {"csrf": csrf_of(ended.text), "name": "ada", "password": "correct horse battery"}
        resumed = client.post("/sign-in", data={**login, **kept})
        assert resumed.status_code == 200
        assert "Send your decision again?" in resumed.text
        assert "<dd>NUDITY-EXPLICIT</dd>" in resumed.text
        client.get("/review")  # the photo's lease had run out too, and is taken again
        decision["csrf"] = csrf_of(resumed.text)
        assert client.post("/items/1/decision", data=decision).status_code == 303
    item = served.desk.item(1)
    assert item is not None
    assert item.outcome == "remove"


def test_other_forms_say_that_nothing_was_changed(empty: Served) -> None:
    with empty.signed_in("lin") as client:
        csrf = csrf_of(client.get("/lead/people").text)
        empty.clock.turn(minutes=31)
        fields = {"csrf": csrf, "name": "new", "role": "lead", "password": "long enough it is"}
        answer = client.post("/lead/people", data=fields)
    assert answer.status_code == 401
    assert "Your session has ended. Nothing was changed." in answer.text
    assert "long enough it is" not in answer.text
