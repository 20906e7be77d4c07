"""Writing HTML pages: the templates, and the words and units that they share."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from moderation.review.choices import Choice

TEMPLATES = Path(__file__).parent / "templates"

CHOICE_WORDS: dict[Choice, str] = {
    "approve": "Approve",
    "mature": "Label as mature",
    "remove": "Remove",
    "escalate": "Escalate",
    "skip": "Skip",
}
OUTCOME_WORDS: dict[Choice, str] = {
    "approve": "approved",
    "mature": "labelled as mature",
    "remove": "removed",
    "escalate": "escalated to a lead",
    "skip": "skipped",
}


class Pages:
    """The templates. A name that a template uses and is not given is an error, not a gap."""

    def __init__(self) -> None:
        loader = FileSystemLoader(TEMPLATES)
        self._templates = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"choice_words": CHOICE_WORDS, "outcome_words": OUTCOME_WORDS}
        self._templates.filters |= {
            "moment": moment,
            "duration": duration,
            "percent": percent,
            "words": words,
        }

    def page(
        self,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """The template filled in, as an answer."""
        text = self._templates.get_template(template).render(values)
        return HTMLResponse(text, status, dict(headers or {}))


def moment(at: datetime) -> str:
    """A moment for people, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def duration(seconds: float | None) -> str:
    """A length of time in its two largest units."""
    if seconds is None:
        return "–"
    left = max(0, round(seconds))
    for size, unit, smaller, sub in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if left >= size:
            return f"{left // size} {unit} {left % size // smaller} {sub}"
    return f"{left // 60} min {left % 60} s" if left >= 60 else f"{left} s"


def percent(share: float | None) -> str:
    """A share of 0..1 as a percentage."""
    return "–" if share is None else f"{share:.0%}"


def words(label: str) -> str:
    """A label or an action without its underscores."""
    return label.replace("_", " ")
