"""What is shown where a page cannot be: each a plain page in the desk's own look."""

import logging
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from moderation.review.errors import DeskDatabaseError
from moderation.review.web.addresses import HOME, with_query
from moderation.review.web.drafts import read_draft
from moderation.review.web.refusals import (
    BadFormError,
    NoSuchPageError,
    NotALeadError,
    NotSignedInError,
)
from moderation.review.web.sign_in_page import sign_in_page
from moderation.review.web.visit import Visit, find_visit, web_of

_log = logging.getLogger(__name__)

NOT_FOUND = ("Nothing here", "There is no such page, or no longer.")
MESSAGES: dict[int, tuple[str, str]] = {
    400: ("Not understood", "The form was not filled in as the page has it. Nothing was changed."),
    404: NOT_FOUND,
    405: ("Nothing here", "The page cannot be asked for in this way."),
}
NOT_A_LEAD = ("For leads only", "Your account is a reviewer's. A lead can open this page.")
BAD_FORM = (
    "The form is out of date",
    "It was made before you signed in, or by another site. Nothing was changed. "
    "Go back, load the page again, and send it once more.",
)
NO_DATABASE = (
    "The database does not answer",
    "Nothing was saved. Try again in a moment; if it goes on, tell whoever runs the desk.",
)


Handler = Callable[[Request, Exception], Response]


def add_failures(app: FastAPI) -> None:
    """Has the app answer every error with a page."""
    app.add_exception_handler(NotSignedInError, _not_signed_in)
    app.add_exception_handler(NotALeadError, _handler(403, *NOT_A_LEAD))
    app.add_exception_handler(BadFormError, _handler(403, *BAD_FORM))
    app.add_exception_handler(NoSuchPageError, _handler(404, *NOT_FOUND))
    app.add_exception_handler(DeskDatabaseError, _no_database)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _http)


def message_page(
    request: Request, status: int, title: str, sentence: str, visit: Visit | None
) -> Response:
    """A page of one sentence."""
    pages = web_of(request).pages
    return pages.page(
        "message.html", status, visit=visit, title=title, sentence=sentence, details=()
    )


def _handler(status: int, title: str, sentence: str) -> Handler:
    def handle(request: Request, error: Exception) -> Response:
        return message_page(request, status, title, sentence, find_visit(request))

    return handle


def _no_database(request: Request, error: Exception) -> Response:
    _log.error("%s", error)
    return message_page(request, 503, *NO_DATABASE, None)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    title, sentence = MESSAGES.get(status, MESSAGES[400])
    return message_page(request, status, title, sentence, find_visit(request))


def _not_understood(request: Request, error: Exception) -> Response:
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    status = 404 if any(fault["loc"][0] == "path" for fault in faults) else 400
    return message_page(request, status, *MESSAGES[status], find_visit(request))


async def _not_signed_in(request: Request, error: Exception) -> Response:
    """A page is asked for again once signed in; what a form held is kept on the sign-in page."""
    path = request.url.path
    if request.method != "GET":
        draft = read_draft(path, await request.form())
        return sign_in_page(request, 401, draft=draft, is_ended=True)
    if path.startswith("/photo/"):
        return Response(status_code=401)
    wanted = path if not request.url.query else f"{path}?{request.url.query}"
    wanted = "" if wanted in ("/", HOME) else wanted
    return RedirectResponse(with_query("/sign-in", next=wanted), 303)
