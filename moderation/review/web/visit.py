"""Who is asking: what every page needs to know of a request, and who is let through."""

from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from moderation.review.desk import Desk
from moderation.review.person import Person
from moderation.review.sessions import Session
from moderation.review.web import preferences
from moderation.review.web.drafts import clean
from moderation.review.web.pages import Pages
from moderation.review.web.photo_shelf import PhotoShelf
from moderation.review.web.preferences import Preferences, read_preferences
from moderation.review.web.refusals import BadFormError, NotALeadError, NotSignedInError
from moderation.review.web.tokens import csrf_token, is_csrf_token

FORMS = "forms"
"""What a signed-in person's CSRF token is for."""


@dataclass(frozen=True)
class Web:
    """What the app works with. `secure` cookies go over HTTPS alone, as behind a proxy."""

    desk: Desk
    shelf: PhotoShelf
    pages: Pages
    secure: bool

    @property
    def session_cookie(self) -> str:
        """`__Host-` has the browser itself refuse a cookie set for other hosts or without TLS."""
        return "__Host-vitrine" if self.secure else "vitrine"

    def keep(self, response: Response, name: str, value: str) -> None:
        """Has the browser keep a cookie that no script can read."""
        response.set_cookie(
            name, value, path="/", secure=self.secure, httponly=True, samesite="lax"
        )


def web_of(request: Request) -> Web:
    """The app's parts."""
    return cast(Web, request.app.state.web)


def address_of(request: Request) -> str:
    """The address that the request came from."""
    return request.client.host if request.client is not None else "unknown"


@dataclass(frozen=True)
class Visit:
    """A request of someone who is signed in."""

    web: Web
    session: Session
    csrf: str
    address: str
    preferences: Preferences

    @property
    def desk(self) -> Desk:
        return self.web.desk

    @property
    def person(self) -> Person:
        return self.session.person

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page for this person."""
        return self.web.pages.page(template, status, visit=self, **values)


def find_visit(request: Request) -> Visit | None:
    """The request's visit; None where nobody is signed in."""
    web = web_of(request)
    token = request.cookies.get(web.session_cookie, "")
    session = web.desk.session(token) if token else None
    if session is None:
        return None
    wanted = read_preferences(request.cookies.get(preferences.COOKIE))
    return Visit(web, session, csrf_token(token, FORMS), address_of(request), wanted)


def signed_in(request: Request) -> Visit:
    """The visit. Raises NotSignedInError."""
    visit = find_visit(request)
    if visit is None:
        raise NotSignedInError
    return visit


SignedIn = Annotated[Visit, Depends(signed_in)]


def posted(request: Request, visit: SignedIn, csrf: Annotated[str, Form()] = "") -> Visit:
    """The visit of a form of ours. Raises BadFormError for any other."""
    token = request.cookies.get(visit.web.session_cookie, "")
    if not is_csrf_token(csrf, token, FORMS):
        raise BadFormError
    return visit


Posted = Annotated[Visit, Depends(posted)]


def lead(request: Request, visit: SignedIn) -> Visit:
    """A lead's visit. Raises NotALeadError, after logging it."""
    if not visit.person.is_lead:
        detail = {"path": clean(request.url.path)[:200]}
        visit.desk.log(visit.person, "refused", address=visit.address, detail=detail)
        raise NotALeadError
    return visit


LeadVisit = Annotated[Visit, Depends(lead)]


def lead_posted(visit: LeadVisit, _: Posted) -> Visit:
    """A lead's visit by a form of ours."""
    return visit


LeadPosted = Annotated[Visit, Depends(lead_posted)]
