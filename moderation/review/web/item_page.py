"""The page of one item: to decide on, or to look at."""

from collections.abc import Sequence
from typing import Any

from fastapi.responses import HTMLResponse

from moderation.review.choices import CHOICES, Choice
from moderation.review.item import Item
from moderation.review.reasons import Reason
from moderation.review.web import item_view
from moderation.review.web.addresses import photo_address, with_query
from moderation.review.web.drafts import Draft
from moderation.review.web.notices import Notice
from moderation.review.web.pages import OUTCOME_WORDS
from moderation.review.web.photo_shelf import PhotoAbsentError
from moderation.review.web.preferences import STRENGTHS
from moderation.review.web.visit import Visit

KEYS: dict[Choice, str] = {
    "approve": "A",
    "mature": "M",
    "remove": "R",
    "escalate": "E",
    "skip": "S",
}

UNSURE, UNREADABLE = "UNSURE", "UNREADABLE"
"""Of the desk's own reasons, the usual ones to escalate, and to remove a photo that failed."""


def item_page(
    visit: Visit,
    item: Item,
    *,
    status: int = 200,
    is_revealed: bool = False,
    look: str = "",
    notice: Notice | None = None,
    may_decide: bool = True,
    problem: str = "",
    draft: Draft | None = None,
) -> HTMLResponse:
    """The page. `problem` is why the decision in `draft` could not be taken."""
    look = shown_look(item, look)
    return visit.page(
        "item.html",
        status,
        item=item,
        notice=notice,
        may_decide=may_decide,
        problem=problem,
        is_revealed=is_revealed,
        blur_strengths=STRENGTHS,
        **_picture(visit, item, look, is_revealed, may_decide),
        **_evidence(visit, item),
        **(_decision(visit, item, draft) if may_decide else {}),
    )


def shown_look(item: Item, look: str) -> str:
    """`look` where the item has that view, else the photo as shown."""
    return look if look in {one.name for one in item_view.looks(item)} else ""


def _picture(
    visit: Visit, item: Item, look: str, is_revealed: bool, may_decide: bool
) -> dict[str, Any]:
    page = "/review" if may_decide else f"/items/{item.id}"
    reveal = item.id if is_revealed else None
    return {
        "look": look,
        "looks": [
            (one, with_query(page, look=one.name, reveal=reveal)) for one in item_view.looks(item)
        ],
        "here_address": with_query(page, look=look, reveal=reveal),
        "toggle": with_query(page, look=look, reveal=None if is_revealed else item.id),
        "address": photo_address(item.id, item.photo_index or 0, look),
        "absence": absence(visit, item),
        "boxes": item_view.boxes(item, look),
        "text_size": item_view.text_size(item),
    }


def absence(visit: Visit, item: Item) -> str:
    """Why the photo cannot be shown, in a sentence; empty where it can."""
    if item.error_code is not None:
        return f"The photo could not be read: {item.error_message or item.error_code}"
    if item.photo_index is None:
        return "The listing has no photo."
    try:
        visit.web.shelf.find(item.root, item.source, item.sha256)
    except PhotoAbsentError as error:
        return str(error)
    return ""


def _evidence(visit: Visit, item: Item) -> dict[str, Any]:
    similar = [
        (decision, None if other is None else other.photo_index)
        for decision in visit.desk.similar(item)
        for other in (visit.desk.item(decision.item_id),)
    ]
    outcomes = {str(choice): words for choice, words in OUTCOME_WORDS.items()}
    return {
        "flags": item_view.flag_views(item),
        "others": item_view.listing_thumbnails(item),
        "similar": item_view.similar_thumbnails(similar, outcomes),
    }


def _decision(visit: Visit, item: Item, draft: Draft | None) -> dict[str, Any]:
    reasons = visit.desk.reasons(item.policy)
    left = 0.0
    if item.lease_until is not None:
        left = (item.lease_until - visit.desk.clock()).total_seconds()
    return {
        "choices": [
            (
                choice,
                KEYS[choice],
                reasons[choice],
                _preselected(item, choice, reasons[choice], draft),
            )
            for choice in CHOICES
        ],
        "asked_for": draft.choice if draft is not None else None,
        "note": draft.note if draft is not None else "",
        "longest_note": visit.desk.settings.longest_note,
        "seconds_left": max(0, int(left)),
    }


def _preselected(item: Item, choice: Choice, reasons: Sequence[Reason], draft: Draft | None) -> str:
    """The code of the reason to offer first: the one given before, else what fits the item.

    Against a photo that is the gravest flag's; empty where nothing was flagged, for whoever
    decides must then say which rule it breaks.
    """
    codes = [reason.code for reason in reasons]
    if draft is not None and draft.choice == choice:
        wanted = [draft.reason]
    elif choice in ("mature", "remove"):
        wanted = [flag.code for flag in item.flags[:1]]
        wanted += [UNREADABLE] if item.error_code is not None else []
    else:
        wanted = [UNSURE, *codes] if choice == "escalate" else codes
    return next((code for code in wanted if code in codes), "")
