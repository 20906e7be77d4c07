"""A decision that was filled in but not taken, because the session had ended: nothing is lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moderation.review.choices import CHOICES, Choice
from moderation.review.web.addresses import number

LONGEST_NOTE = 10_000
_DECISION = re.compile(r"/items/([0-9]{1,10})/decision")


@dataclass(frozen=True)
class Draft:
    """A decision as the form had it; `reason` is the code given for the choice, or empty."""

    item_id: int
    round: int
    choice: Choice
    reason: str
    note: str


def clean(text: str) -> str:
    """Text of a form without control characters (but line feeds and tabs), with plain line ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or ord(c) >= 32).strip()


def read_draft(path: str, form: Mapping[str, Any]) -> Draft | None:
    """The decision in a form that was sent to `path`; None where it is another form."""
    found = _DECISION.fullmatch(path)
    if found is None:
        return None
    choice = _text(form, "choice")
    return _draft(found[1], choice, form, _text(form, f"reason_{choice}"))


def kept_draft(form: Mapping[str, Any]) -> Draft | None:
    """The decision that the sign-in form carried along in hidden fields; None without one."""
    kept = {key.removeprefix("draft_"): form[key] for key in form if key.startswith("draft_")}
    return _draft(_text(kept, "item"), _text(kept, "choice"), kept, _text(kept, "reason"))


def _draft(item: str, choice: str, form: Mapping[str, Any], reason: str) -> Draft | None:
    item_id, round_ = number(item), _round(_text(form, "round"))
    if item_id is None or round_ is None or choice not in CHOICES:
        return None
    note = clean(_text(form, "note"))[:LONGEST_NOTE]
    return Draft(item_id, round_, choice, reason[:64], note)


def _round(text: str) -> int | None:
    return 0 if text == "0" else number(text)


def _text(form: Mapping[str, Any], key: str) -> str:
    value = form.get(key, "")
    return value if isinstance(value, str) else ""
