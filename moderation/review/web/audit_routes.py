"""The audit log, for leads: filtered, in pages."""

from typing import get_args

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from moderation.review.audit import Action
from moderation.review.web.addresses import number, with_query
from moderation.review.web.visit import LeadVisit

router = APIRouter()

PAGE = 50
"""Entries a page."""

ACTIONS: tuple[Action, ...] = get_args(Action)


@router.get("/lead/audit")
def audit(
    visit: LeadVisit, action: str = "", person: str = "", item: str = "", before: str = ""
) -> HTMLResponse:
    """The newest entries that pass the filter; empty fields pass everything."""
    wanted = next((one for one in ACTIONS if one == action), None)
    person_id, item_id = number(person), number(item)
    found = visit.desk.audit(PAGE + 1, number(before), item_id, person_id, wanted)
    if not before:
        visit.desk.log(visit.person, "audit_seen", address=visit.address)
    entries, older = found[:PAGE], None
    if len(found) > PAGE:
        query = {"action": wanted, "person": person_id, "item": item_id}
        older = with_query("/lead/audit", **query, before=entries[-1].id)
    return visit.page(
        "audit.html",
        entries=entries,
        older=older,
        is_first=number(before) is None,
        newest=with_query("/lead/audit", action=wanted, person=person_id, item=item_id),
        actions=ACTIONS,
        people=visit.desk.people(),
        action=wanted,
        person_id=person_id,
        item_id=item_id,
    )
