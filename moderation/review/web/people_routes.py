"""The people of the desk, for leads: who there is, and letting in and shutting out."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from moderation.review.choices import ROLES, Role
from moderation.review.errors import PersonError
from moderation.review.person import Person
from moderation.review.web.addresses import ItemId
from moderation.review.web.refusals import NoSuchPageError
from moderation.review.web.visit import LeadPosted, LeadVisit, Visit

router = APIRouter()

PAGE = "/lead/people"
DONE = {
    "added": "The account was added.",
    "active": "The account was changed. Whoever is deactivated is out at once.",
    "role": "The role was changed. The person must sign in again.",
    "password": "The password was changed. The person must sign in again.",
}


@router.get(PAGE)
def people(visit: LeadVisit, done: str = "") -> HTMLResponse:
    """Everyone, with forms to change them."""
    return _page(visit, sentence=DONE.get(done, ""))


@router.post(PAGE)
def add(
    visit: LeadPosted,
    role: Annotated[Role, Form()],
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Adds someone."""
    try:
        visit.desk.add_person(name, role, password, by=visit.person)
    except PersonError as error:
        return _page(visit, 422, problem=f"Not added: {error}.", name=name)
    return _done("added")


@router.post("/lead/people/{person_id}/active")
def set_active(visit: LeadPosted, person_id: ItemId, active: Annotated[bool, Form()]) -> Response:
    """Shuts someone out at once, or lets them in again."""
    try:
        visit.desk.set_active(_other(visit, person_id).name, active, by=visit.person)
    except PersonError as error:
        return _page(visit, 422, problem=f"Not changed: {error}.")
    return _done("active")


@router.post("/lead/people/{person_id}/role")
def set_role(visit: LeadPosted, person_id: ItemId, role: Annotated[Role, Form()]) -> Response:
    """Makes someone a reviewer or a lead."""
    try:
        visit.desk.set_role(_other(visit, person_id).name, role, by=visit.person)
    except PersonError as error:
        return _page(visit, 422, problem=f"Not changed: {error}.")
    return _done("role")


@router.post("/lead/people/{person_id}/password")
def set_password(
    visit: LeadPosted, person_id: ItemId, password: Annotated[str, Form()] = ""
) -> Response:
    """Gives someone another password."""
    try:
        visit.desk.set_password(_other(visit, person_id).name, password, by=visit.person)
    except PersonError as error:
        return _page(visit, 422, problem=f"Not changed: {error}.")
    return _done("password")


def _other(visit: Visit, person_id: int) -> Person:
    """Someone else, so that no lead shuts themselves out. Raises PersonError for oneself."""
    if person_id == visit.person.id:
        raise PersonError("this is your own account: another lead can change it")
    for person in visit.desk.people():
        if person.id == person_id:
            return person
    raise NoSuchPageError


def _done(what: str) -> Response:
    return RedirectResponse(f"{PAGE}?done={what}", 303)


def _page(
    visit: Visit, status: int = 200, sentence: str = "", problem: str = "", name: str = ""
) -> HTMLResponse:
    return visit.page(
        "people.html",
        status,
        people=visit.desk.people(),
        roles=ROLES,
        sentence=sentence,
        problem=problem,
        name=name,
        shortest_password=visit.desk.settings.shortest_password,
    )
