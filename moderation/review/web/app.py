"""The web app: its parts, its routes, and what stands around them."""

from collections.abc import Iterable
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from moderation.review.desk import Desk
from moderation.review.web import (
    audit_routes,
    decision_routes,
    export_routes,
    lead_routes,
    people_routes,
    photo_routes,
    review_routes,
    sign_in_routes,
)
from moderation.review.web.failures import add_failures
from moderation.review.web.guard import Guard
from moderation.review.web.pages import Pages
from moderation.review.web.photo_shelf import PhotoOpener, PhotoShelf
from moderation.review.web.visit import Web

STATIC = Path(__file__).parent / "static"


def build_app(
    desk: Desk, open_photo: PhotoOpener, roots: Iterable[Path] = (), secure: bool = False
) -> FastAPI:
    """The app on an open desk, which stays the caller's to close.

    Photos are shown from below `roots` alone, decoded by `open_photo`. `secure` is for a site that
    is reached by HTTPS alone: its cookies are then never sent without.
    """
    pages = Pages()
    app = FastAPI(
        title="Vitrine review desk",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.web = Web(desk, PhotoShelf(roots, open_photo), pages, secure)
    app.add_middleware(Guard, pages=pages, secure=secure)
    add_failures(app)
    for routes in (
        sign_in_routes,
        review_routes,
        decision_routes,
        photo_routes,
        lead_routes,
        audit_routes,
        people_routes,
        export_routes,
    ):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
