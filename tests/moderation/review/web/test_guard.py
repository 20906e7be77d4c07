"""Headers on every answer, limits on every request, and pages for every failure."""

from pathlib import Path

import httpx
import pytest
from starlette.datastructures import Headers

from moderation.review.desk import Desk
from moderation.review.errors import DeskDatabaseError
from moderation.review.web.guard import HEADERS, MOST_BYTES, refusal_of
from tests.moderation.review.conftest import TurnedClock
from tests.moderation.review.desks import fill as desk_fill
from tests.moderation.review.desks import person, record
from tests.moderation.review.web.scenery import Served, csrf_of, field_of, serve, sign_in


def addresses(served: Served) -> list[str]:
    return [
        "/sign-in",
        "/review",
        "/photo/1/0",
        "/nothing",
        "/lead",
        "/items/99",
        "/static/desk.js",
    ]


def test_every_answer_has_the_headers(served: Served) -> None:
    with served.signed_in("ada") as client:
        for address in addresses(served):
            answer = client.get(address)
            assert {**HEADERS, **answer.headers} == {**answer.headers}, address
            kept = "no-cache" if address.startswith("/static/") else "no-store"
            assert answer.headers["cache-control"] == kept, address


def test_the_policy_allows_nothing_inline_and_no_other_site(empty: Served) -> None:
    policy = HEADERS["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert {part.split(" ", 1)[1] for part in policy.split("; ")} == {"'none'", "'self'"}


def test_no_page_has_inline_styles_or_scripts(served: Served) -> None:
    with served.signed_in("lin") as client:
        for address in ("/review", "/lead", "/lead/audit", "/lead/people", "/items/1", "/no"):
            page = client.get(address).text
            assert "style=" not in page, address
            assert "<style" not in page, address
            assert "<script>" not in page, address
            assert " onclick" not in page, address
            assert "http" not in page.replace("http-equiv", ""), address


MISSING = {
    "/nothing": 404,
    "/items/99": 404,
    "/items/0": 404,
    "/items/99999999999999999999": 404,
    "/items/x": 404,
    "/photo/1/7": 404,
    "/review/": 404,
    "/lead": 403,
    "/sign-out": 405,
    "/photo/1/0?size=huge": 400,
}


def test_what_is_not_there_is_a_page_of_the_desk(served: Served) -> None:
    with served.signed_in("ada") as client:
        answers = {address: client.get(address) for address in MISSING}
    assert {address: answer.status_code for address, answer in answers.items()} == MISSING
    for answer in answers.values():
        assert '<html lang="en">' in answer.text
        assert "<h1>" in answer.text
        assert "ada" in answer.text


def test_no_stack_trace_reaches_a_browser(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("the secret of the house")

    with served.signed_in("ada") as client:
        monkeypatch.setattr(served.desk, "next_item", break_down)
        answer = client.get("/review")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert "the secret of the house" in caplog.text


def test_a_database_that_is_gone_is_said_plainly(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise DeskDatabaseError("postgresql://desk@secret/: refused")

    with served.signed_in("ada") as client:
        monkeypatch.setattr(served.desk, "session", unreachable)
        answer = client.get("/review")
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert "secret" not in answer.text


def test_behind_a_proxy_cookies_stay_with_https(
    lite: Desk, clock: TurnedClock, empty: Served
) -> None:
    with serve(lite, clock, empty.photos, secure=True) as secure, secure.client() as client:
        page = client.get("/sign-in")
        cookie = page.headers["set-cookie"]
        client.headers["cookie"] = cookie.split(";")[0]
        fields = {"name": "ada", "password": "correct horse battery", "csrf": csrf_of(page.text)}
        answer = client.post("/sign-in", data=fields)
    assert page.headers["strict-transport-security"]
    for sent in (cookie, answer.headers["set-cookie"]):
        assert "Secure" in sent
        assert "HttpOnly" in sent
        assert "SameSite=lax" in sent
    assert answer.headers["set-cookie"].startswith("__Host-vitrine=")


def test_without_a_proxy_cookies_are_as_strict_but_for_https(empty: Served) -> None:
    with empty.client() as client:
        cookie = sign_in(client, "ada").headers["set-cookie"]
    assert cookie.startswith("vitrine=")
    assert "HttpOnly" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, None),
        ({"content-length": str(MOST_BYTES)}, None),
        ({"content-length": str(MOST_BYTES + 1)}, 413),
        ({"content-length": "-1"}, 413),
        ({"content-length": "ten"}, 413),
        ({"transfer-encoding": "chunked"}, 411),
        ({"sec-fetch-site": "same-origin"}, None),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_forms_are_short_and_our_own(headers: dict[str, str], status: int | None) -> None:
    found = refusal_of(Headers(headers), "POST")
    assert (None if found is None else found[0]) == status
    assert refusal_of(Headers(headers), "GET") is None


def test_a_form_that_is_too_long_is_not_read(empty: Served) -> None:
    with empty.client() as client:
        answer = client.post("/sign-in", data={"name": "a" * MOST_BYTES})
    assert answer.status_code == 413
    assert "too long" in answer.text


def test_a_file_is_no_form(empty: Served) -> None:
    with empty.signed_in("ada") as client:
        page = client.get("/review").text
        files = {"note": ("note.txt", b"a file")}
        answer: httpx.Response = client.post(
            "/items/1/decision", data={"csrf": csrf_of(page)}, files=files
        )
    assert answer.status_code == 400


def test_odd_text_does_no_harm_on_either_database(
    desk: Desk, clock: TurnedClock, tmp_path: Path
) -> None:
    person(desk, "ada")
    person(desk, "lin", "lead")
    desk_fill(desk, tmp_path, record("nul-1"))
    odd = "\x00\x1b'; DROP TABLE users; -- <script>\u202e é"
    with serve(desk, clock, tmp_path) as served, served.signed_in("ada") as client:
        page = client.get("/review").text
        form = {"csrf": csrf_of(page), "round": field_of(page, "round"), "note": odd}
        for address, fields, status in (
            ("/items/1/revealed", {"photo": odd}, 400),
            ("/items/1/decision", {"choice": odd}, 400),
            ("/items/1/decision", {"choice": "remove", "reason_remove": odd}, 422),
            ("/items/1/decision", {"choice": "approve"}, 303),
        ):
            assert client.post(address, data={**form, **fields}).status_code == status
        assert client.get("/lead/export.%00").status_code == 403
        with served.client() as stranger:
            assert sign_in(stranger, odd, odd).status_code == 401
    with serve(desk, clock, tmp_path) as served, served.signed_in("lin") as client:
        form = {"csrf": csrf_of(client.get("/lead/people").text), "role": "reviewer"}
        fields = {"name": odd, "password": "long enough it is"}
        assert client.post("/lead/people", data={**form, **fields}).status_code == 422
        assert client.get("/lead/audit", params={"action": odd, "item": odd}).status_code == 200
        assert client.get("/review", params={"look": odd, "reveal": odd}).status_code == 200
    (decision,) = desk.decisions()
    assert decision.note == "'; DROP TABLE users; -- <script>\u202e é"
