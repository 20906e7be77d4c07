"""The item that waits for a person, and any item to look at again."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from moderation.review.item import Item
from moderation.review.web import preferences
from moderation.review.web.addresses import ItemId, local_address
from moderation.review.web.item_page import item_page, shown_look
from moderation.review.web.notices import Told, notice_of
from moderation.review.web.preferences import Preferences, nearest_strength
from moderation.review.web.refusals import NoSuchPageError
from moderation.review.web.visit import Posted, SignedIn, Visit

router = APIRouter()

Reveal = Annotated[str, Query()]
"""The id of the item to show unblurred: bound to it, so that no other is revealed by mistake."""

Thumbnail = Annotated[str, Form(pattern=r"^(|(photo|similar)-[0-9]{1,10})$")]
"""The name of a small photo on the item's page."""


@router.get("/review")
def review(
    visit: SignedIn, told: Annotated[Told, Query()], reveal: Reveal = "", look: str = ""
) -> HTMLResponse:
    """The item that the person holds, or the next one."""
    item = visit.desk.next_item(visit.person)
    notice = notice_of(told, visit.desk.clock())
    if item is None:
        escalated = visit.desk.figures().escalated.waiting if visit.person.is_lead else None
        return visit.page("empty.html", notice=notice, escalated=escalated)
    is_revealed = reveal == str(item.id)
    log_look(visit, item, is_revealed, look)
    return item_page(visit, item, is_revealed=is_revealed, look=look, notice=notice)


@router.get("/items/{item_id}")
def look_at(visit: SignedIn, item_id: ItemId, reveal: Reveal = "", look: str = "") -> HTMLResponse:
    """Any item, to look at."""
    item = visit.desk.item(item_id)
    if item is None:
        raise NoSuchPageError
    is_revealed = reveal == str(item.id)
    log_look(visit, item, is_revealed, look)
    return item_page(visit, item, is_revealed=is_revealed, look=look, may_decide=False)


@router.post("/items/{item_id}/revealed", status_code=204)
def revealed(visit: Posted, item_id: ItemId, photo: Thumbnail = "") -> Response:
    """Logs that the page's script lifted a blur: of the item's photo, or of the one named."""
    if visit.desk.item(item_id) is None:
        raise NoSuchPageError
    detail = {"photo": photo} if photo else None
    visit.desk.log(visit.person, "revealed", item_id, visit.address, detail)
    return Response(status_code=204)


@router.post("/view")
def set_view(
    visit: Posted,
    blur: Annotated[str, Form()] = "",
    greyscale: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Keeps how photos are to be shown."""
    strength = nearest_strength(int(blur)) if blur.isdecimal() else visit.preferences.blur
    wanted = Preferences(strength, greyscale == "on")
    response = RedirectResponse(local_address(next), 303)
    visit.web.keep(response, preferences.COOKIE, wanted.text)
    return response


def log_look(visit: Visit, item: Item, is_revealed: bool, look: str) -> None:
    """Logs that the item was shown, and how."""
    detail = {"look": look} if shown_look(item, look) else None
    visit.desk.log(
        visit.person, "revealed" if is_revealed else "seen", item.id, visit.address, detail
    )
