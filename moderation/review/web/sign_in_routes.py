"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from moderation.review.errors import SignInError, TooManyAttemptsError
from moderation.review.web.addresses import HOME, local_address
from moderation.review.web.drafts import Draft, kept_draft
from moderation.review.web.refusals import BadFormError
from moderation.review.web.sign_in_page import ANONYMOUS, PURPOSE, sign_in_page
from moderation.review.web.tokens import csrf_token, is_csrf_token
from moderation.review.web.visit import FORMS, Posted, address_of, find_visit, web_of

router = APIRouter()

WRONG = "The name or the password is wrong."


@router.get("/")
def start() -> Response:
    """The review page is the desk's front."""
    return RedirectResponse(HOME, 303)


@router.get("/sign-in")
def sign_in_form(request: Request, next: str = "") -> Response:
    """The form; whoever is signed in goes on."""
    if find_visit(request) is not None:
        return RedirectResponse(local_address(next), 303)
    return sign_in_page(request, wanted=next)


async def _draft(request: Request) -> Draft | None:
    return kept_draft(await request.form())


@router.post("/sign-in")
def sign_in(
    request: Request,
    draft: Annotated[Draft | None, Depends(_draft)],
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Signs in, and goes on with what was interrupted."""
    web = web_of(request)
    secret = request.cookies.get(ANONYMOUS, "")
    if not secret or not is_csrf_token(csrf, secret, PURPOSE):
        raise BadFormError
    try:
        _, token = web.desk.sign_in(name, password, address_of(request))
    except TooManyAttemptsError as error:
        problem = f"Too many attempts. {_wait(error.retry_after)}, then try again."
        retry_after: float | None = error.retry_after
        status = 429
    except SignInError:
        problem, retry_after, status = WRONG, None, 401
    else:
        return _go_on(request, token, next, draft)
    return sign_in_page(
        request,
        status,
        wanted=next,
        name=name,
        problem=problem,
        draft=draft,
        retry_after=retry_after,
    )


@router.post("/sign-out")
def sign_out(visit: Posted) -> Response:
    """Ends the session."""
    visit.desk.sign_out(visit.session)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(
        visit.web.session_cookie,
        path="/",
        secure=visit.web.secure,
        httponly=True,
        samesite="lax",
    )
    return response


def _go_on(request: Request, token: str, wanted: str, draft: Draft | None) -> Response:
    web = web_of(request)
    response: Response = RedirectResponse(local_address(wanted), 303)
    if draft is not None:
        response = web.pages.page(
            "resume.html", visit=None, draft=draft, csrf=csrf_token(token, FORMS)
        )
    web.keep(response, web.session_cookie, token)
    return response


def _wait(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return "Wait a minute" if minutes == 1 else f"Wait {minutes} minutes"
