"""Around the whole app: headers on every answer, limits on every request, no trace in a browser."""

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderation.review.web.pages import Pages

MOST_BYTES = 65_536
"""The longest form, in bytes."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex, nofollow",
}
YEAR = 31_536_000

_log = logging.getLogger(__name__)


class Guard:
    """ASGI middleware. `secure` adds that the site is reached by HTTPS alone."""

    def __init__(self, app: ASGIApp, pages: Pages, secure: bool) -> None:
        self._app = app
        self._pages = pages
        self._headers = dict(HEADERS)
        if secure:
            self._headers["strict-transport-security"] = f"max-age={YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(message, scope["path"])
            await send(message)

        try:
            refusal = refusal_of(Headers(scope=scope), scope["method"])
            if refusal is not None:
                await self._refuse(*refusal)(scope, receive, send_guarded)
                return
            await self._app(scope, receive, send_guarded)
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            await self._refuse(500, "Something went wrong", FAILED)(scope, receive, send_guarded)

    def _add_headers(self, message: Message, path: str) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        kept = "no-cache" if path.startswith("/static/") else "no-store"
        headers.setdefault("cache-control", kept)

    def _refuse(self, status: int, title: str, sentence: str) -> ASGIApp:
        return self._pages.page(
            "message.html", status, visit=None, title=title, sentence=sentence, details=()
        )


FAILED = (
    "The desk could not do this. What happened is in the server's log. "
    "Go back to the review page and look whether your last decision was taken."
)


def refusal_of(headers: Headers, method: str) -> tuple[int, str, str] | None:
    """Status, title and sentence for a request that goes no further; None for the others."""
    if method in ("GET", "HEAD"):
        return None
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return 403, "Not from here", "The form was sent by another site. Nothing was changed."
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers:
        return 411, "Length needed", "The form must say how long it is. Nothing was changed."
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return 413, "Too long", "The form is too long. Nothing was changed."
    return None
