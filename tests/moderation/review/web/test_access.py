"""Who may reach what: a table of every route, which fails when a route is missing from it."""

from dataclasses import dataclass, field

import httpx
import pytest
from starlette.routing import Mount

from tests.moderation.review.desks import PASSWORD
from tests.moderation.review.web.scenery import Served, csrf_of

TO_SIGN_IN, ASKED_TO_SIGN_IN, FORBIDDEN = 303, 401, 403


@dataclass(frozen=True)
class Route:
    """A route, an address of it, and the answers to nobody, to a reviewer and to a lead."""

    method: str
    path: str
    nobody: int
    reviewer: int
    lead: int
    example: str = ""
    form: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def address(self) -> str:
        return self.example or self.path


APPROVE = {"round": "0", "choice": "approve"}
ADD = {"name": "new", "role": "reviewer", "password": PASSWORD}

ROUTES = (
    Route("GET", "/", TO_SIGN_IN, 303, 303),
    Route("GET", "/sign-in", 200, 303, 303),
    Route("GET", "/review", TO_SIGN_IN, 200, 200),
    Route("GET", "/items/{item_id}", TO_SIGN_IN, 200, 200, "/items/1"),
    Route("POST", "/items/{item_id}/revealed", ASKED_TO_SIGN_IN, 204, 204, "/items/1/revealed"),
    Route("POST", "/view", ASKED_TO_SIGN_IN, 303, 303, form={"blur": "50"}),
    Route(
        "POST",
        "/items/{item_id}/decision",
        ASKED_TO_SIGN_IN,
        409,
        409,
        "/items/3/decision",
        APPROVE,
    ),
    Route(
        "POST", "/decisions/{decision_id}/undo", ASKED_TO_SIGN_IN, 409, 409, "/decisions/99/undo"
    ),
    Route("POST", "/items/{item_id}/reopen", ASKED_TO_SIGN_IN, FORBIDDEN, 409, "/items/1/reopen"),
    Route("GET", "/photo/{item_id}/{index}", 401, 200, 200, "/photo/1/0"),
    Route("GET", "/lead", TO_SIGN_IN, FORBIDDEN, 200),
    Route("GET", "/lead/audit", TO_SIGN_IN, FORBIDDEN, 200),
    Route("GET", "/lead/people", TO_SIGN_IN, FORBIDDEN, 200),
    Route("POST", "/lead/people", ASKED_TO_SIGN_IN, FORBIDDEN, 303, form=ADD),
    Route(
        "POST",
        "/lead/people/{person_id}/active",
        ASKED_TO_SIGN_IN,
        FORBIDDEN,
        404,
        "/lead/people/99/active",
        {"active": "false"},
    ),
    Route(
        "POST",
        "/lead/people/{person_id}/role",
        ASKED_TO_SIGN_IN,
        FORBIDDEN,
        404,
        "/lead/people/99/role",
        {"role": "lead"},
    ),
    Route(
        "POST",
        "/lead/people/{person_id}/password",
        ASKED_TO_SIGN_IN,
        FORBIDDEN,
        404,
        "/lead/people/99/password",
        {"password": PASSWORD},
    ),
    Route("GET", "/lead/export.{ending}", TO_SIGN_IN, FORBIDDEN, 200, "/lead/export.jsonl"),
    Route("POST", "/sign-in", FORBIDDEN, FORBIDDEN, FORBIDDEN),
    Route("POST", "/sign-out", ASKED_TO_SIGN_IN, 303, 303),
)
"""The last one ends the session. To sign in without its own form's token is refused to all."""


def ask(client: httpx.Client, route: Route, csrf: str = "") -> int:
    if route.method == "GET":
        return client.get(route.address).status_code
    return client.post(route.address, data={"csrf": csrf, **route.form}).status_code


def test_every_route_is_in_the_table(empty: Served) -> None:
    paths = empty.app.openapi()["paths"]
    found = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert found == {(route.method, route.path) for route in ROUTES}


def test_nothing_is_mounted_but_the_style_and_the_script(empty: Served) -> None:
    mounts = [route for route in empty.app.routes if isinstance(route, Mount)]
    assert [mount.path for mount in mounts] == ["/static"]
    with empty.client() as client:
        assert client.get("/static/desk.css").status_code == 200
        assert client.get("/static/../app.py").status_code == 404
        assert client.get("/static/%2e%2e/app.py").status_code == 404
        assert client.get("/docs").status_code == 404
        assert client.get("/openapi.json").status_code == 404


def test_nobody_gets_further_than_the_sign_in_page(served: Served) -> None:
    with served.client() as client:
        answers = {route.name: ask(client, route) for route in ROUTES}
        assert answers == {route.name: route.nobody for route in ROUTES}
        home = client.get("/lead/audit?item=3")
    assert home.headers["location"] == "/sign-in?next=%2Flead%2Faudit%3Fitem%3D3"


@pytest.mark.parametrize("name", ["ada", "lin"])
def test_each_role_reaches_its_own_pages(served: Served, name: str) -> None:
    with served.signed_in(name) as client:
        csrf = csrf_of(client.get("/review").text)
        answers = {route.name: ask(client, route, csrf) for route in ROUTES}
    wanted = {route.name: route.lead if name == "lin" else route.reviewer for route in ROUTES}
    assert answers == wanted


def test_no_form_is_taken_without_its_token(served: Served) -> None:
    with served.signed_in("lin") as client:
        forms = [route for route in ROUTES if route.method == "POST"]
        without = {route.name: ask(client, route) for route in forms}
        wrong = {route.name: ask(client, route, "f" * 64) for route in forms}
        assert without == wrong == {route.name: FORBIDDEN for route in forms}
        assert client.get("/lead").status_code == 200
        assert "new" not in [person.name for person in served.desk.people()]


def test_a_token_is_of_no_use_in_another_session(served: Served) -> None:
    with served.signed_in("ada") as ada, served.signed_in("lin") as lin:
        csrf = csrf_of(ada.get("/review").text)
        assert lin.post("/lead/people", data={"csrf": csrf, **ADD}).status_code == FORBIDDEN


def test_a_refused_reviewer_is_logged(served: Served) -> None:
    with served.signed_in("ada") as client:
        client.get("/lead/audit")
    (entry,) = served.desk.audit(action="refused")
    assert (entry.name, entry.detail) == ("ada", {"path": "/lead/audit"})


def test_someone_shut_out_is_out_at_once(served: Served) -> None:
    with served.signed_in("ada") as client:
        assert client.get("/review").status_code == 200
        served.desk.set_active("ada", False)
        assert client.get("/review").status_code == TO_SIGN_IN
