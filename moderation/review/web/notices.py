"""What the review page says of the decision before: carried in the address, believed by nobody.

All of it is words; whether a decision can be undone is for the desk to say when it is asked to.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from moderation.review.choices import Effect
from moderation.review.decide import Decision
from moderation.review.web.addresses import HOME, with_query
from moderation.review.web.pages import OUTCOME_WORDS


class Told(BaseModel):
    """The review page's query, as far as it tells of what was done; nonsense is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    decided: str = ""
    choice: str = ""
    effect: str = ""
    until: str = ""
    undone: str = ""


@dataclass(frozen=True)
class Notice:
    """A sentence, and the decision that can be undone for `seconds` more; None where none can."""

    sentence: str
    undo: int | None = None
    seconds: int = 0


AFTER: dict[Effect, str] = {
    "waiting": " A second person looks at it too.",
    "final": "",
    "escalated": " A lead decides.",
    "skipped": " It goes to somebody else.",
}
UNDONE = {
    "1": Notice("Your decision was taken back. Here is the photo again."),
    "other": Notice("Your decision was taken back. Somebody else has the photo now."),
}


def address_after(decision: Decision, undo_seconds: float) -> str:
    """The review page that tells of a decision."""
    return with_query(
        HOME,
        decided=decision.id,
        choice=decision.choice,
        effect=decision.effect,
        until=int(decision.at.timestamp() + undo_seconds),
    )


def notice_of(told: Told, now: datetime) -> Notice | None:
    """What to say on top of the page."""
    if told.undone:
        return UNDONE.get(told.undone)
    outcome = {str(choice): words for choice, words in OUTCOME_WORDS.items()}.get(told.choice)
    after = {str(effect): words for effect, words in AFTER.items()}.get(told.effect)
    if outcome is None or after is None:
        return None
    sentence = f"The photo before this one: {outcome}.{after}"
    decision_id, until = _number(told.decided), _number(told.until)
    if decision_id is None or until is None or told.effect == "skipped":
        return Notice(sentence)
    seconds = int(until - now.timestamp())
    return Notice(sentence, decision_id, seconds) if seconds > 0 else Notice(sentence)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        return None
    return int(text)
