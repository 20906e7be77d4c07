"""The page to sign in on."""

from fastapi import Request
from fastapi.responses import Response

from moderation.review.web.drafts import Draft
from moderation.review.web.tokens import csrf_token, new_secret
from moderation.review.web.visit import web_of

ANONYMOUS = "vitrine_form"
"""The cookie whose secret proves that the sign-in form is ours: nobody is known yet."""

PURPOSE = "sign in"


def sign_in_page(
    request: Request,
    status: int = 200,
    *,
    wanted: str = "",
    name: str = "",
    problem: str = "",
    draft: Draft | None = None,
    is_ended: bool = False,
    retry_after: float | None = None,
) -> Response:
    """The page, with what was entered before but the password. `wanted` is where to go next."""
    web = web_of(request)
    secret = request.cookies.get(ANONYMOUS) or new_secret()
    response = web.pages.page(
        "sign_in.html",
        status,
        visit=None,
        csrf=csrf_token(secret, PURPOSE),
        wanted=wanted,
        name=name,
        problem=problem,
        draft=draft,
        is_ended=is_ended,
    )
    if retry_after is not None:
        response.headers["retry-after"] = str(max(1, round(retry_after)))
    web.keep(response, ANONYMOUS, secret)
    return response
