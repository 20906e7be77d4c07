"""Taking decisions, taking them back, and opening decided items again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response

from moderation.review.choices import Choice
from moderation.review.decide import Ruling
from moderation.review.errors import (
    AlreadyDecidedError,
    DecisionError,
    LeaseError,
    UndoError,
)
from moderation.review.web.addresses import HOME, LARGEST_ID, ItemId, with_query
from moderation.review.web.drafts import LONGEST_NOTE, Draft, clean
from moderation.review.web.item_page import item_page
from moderation.review.web.notices import address_after
from moderation.review.web.pages import CHOICE_WORDS, OUTCOME_WORDS
from moderation.review.web.visit import LeadPosted, Posted, Visit

router = APIRouter()

CodeField = Annotated[str, Form(max_length=64)]


def _draft(
    item_id: ItemId,
    round: Annotated[int, Form(ge=0, le=LARGEST_ID)],
    choice: Annotated[Choice, Form()],
    reason_approve: CodeField = "",
    reason_mature: CodeField = "",
    reason_remove: CodeField = "",
    reason_escalate: CodeField = "",
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Draft:
    """The form: each choice has a reason of its own, and only the chosen one's counts."""
    reasons = {
        "approve": reason_approve,
        "mature": reason_mature,
        "remove": reason_remove,
        "escalate": reason_escalate,
    }
    return Draft(item_id, round, choice, reasons.get(choice, ""), clean(note))


@router.post("/items/{item_id}/decision")
def decide(visit: Posted, draft: Annotated[Draft, Depends(_draft)]) -> Response:
    """Takes the decision and goes on to the next item, or says why it could not be taken."""
    ruling = Ruling(draft.item_id, draft.round, draft.choice, draft.reason or None, draft.note)
    try:
        decision = visit.desk.decide(visit.person, ruling)
    except AlreadyDecidedError:
        return _not_taken(visit, draft, "This photo was decided already", _earlier(visit, draft))
    except LeaseError:
        return _not_taken(visit, draft, "The photo is no longer yours", LEASE_LOST)
    except DecisionError as error:
        return _ask_again(visit, draft, str(error))
    return RedirectResponse(address_after(decision, visit.desk.settings.undo), 303)


@router.post("/decisions/{decision_id}/undo")
def undo(visit: Posted, decision_id: ItemId) -> Response:
    """Takes the person's own decision back."""
    try:
        item = visit.desk.undo(visit.person, decision_id)
    except UndoError as error:
        return visit.page(
            "message.html",
            409,
            title="Not undone",
            sentence=f"Your decision stands: {error}.",
            details=(),
        )
    is_mine = item.lease_person_id == visit.person.id
    return RedirectResponse(with_query(HOME, undone="1" if is_mine else "other"), 303)


@router.post("/items/{item_id}/reopen")
def reopen(visit: LeadPosted, item_id: ItemId) -> Response:
    """Brings a decided item before the leads again."""
    try:
        visit.desk.reopen(visit.person, item_id)
    except DecisionError as error:
        return visit.page(
            "message.html", 409, title="Not reopened", sentence=f"{error}.", details=()
        )
    return RedirectResponse(f"/items/{item_id}", 303)


LEASE_LOST = (
    "Your time for this photo ran out, and it was free for others to be given. "
    "Your decision was not taken."
)


def _earlier(visit: Visit, draft: Draft) -> str:
    """What the person decided of the item themselves: another's decision is not theirs to see."""
    mine = visit.desk.audit(1, None, draft.item_id, visit.person.id, "decided")
    if not mine:
        return "Somebody else decided it meanwhile. Your decision was not taken."
    words = OUTCOME_WORDS[mine[0].detail["choice"]]
    return f"You decided it yourself before: {words}. This second decision was not counted."


def _not_taken(visit: Visit, draft: Draft, title: str, sentence: str) -> Response:
    """A page that gives back what was filled in."""
    details = (
        ("Your decision", CHOICE_WORDS[draft.choice]),
        ("Reason", draft.reason),
        ("Note", draft.note),
    )
    shown = tuple((name, text) for name, text in details if text)
    return visit.page("message.html", 409, title=title, sentence=sentence, details=shown)


def _ask_again(visit: Visit, draft: Draft, problem: str) -> Response:
    """The item's page once more, with what was filled in."""
    item = visit.desk.item(draft.item_id)
    if item is None or item.lease_person_id != visit.person.id:
        return _not_taken(visit, draft, "Not taken", f"Your decision was not taken: {problem}.")
    sentence = f"Your decision was not taken: {problem}."
    return item_page(visit, item, status=422, problem=sentence, draft=draft)
