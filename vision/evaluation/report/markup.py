"""HTML written by small functions; every text and attribute is escaped."""

from collections.abc import Iterable
from html import escape

VOID = frozenset({"img"})


class Html(str):
    """Markup that is ready to be written; any other text is escaped when it is put in."""


def element(name: str, *children: str, **attributes: str | float) -> Html:
    """One element. An attribute's trailing underscore is dropped, others become hyphens."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[str]) -> Html:
    """The children one after the other."""
    return Html("".join(one if isinstance(one, Html) else escape(one) for one in children))


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Html:
    """A table that scrolls sideways on its own; the first cell of each row is its heading."""
    head = element("tr", *(element("th", one, scope="col") for one in headings))
    body = (
        element(
            "tr",
            *(
                element("th", one, scope="row") if place == 0 else element("td", one)
                for place, one in enumerate(row)
            ),
        )
        for row in rows
    )
    inner = element("table", element("thead", head), element("tbody", *body))
    return element("div", inner, class_="scroll")


def percent(share: float | None) -> str:
    """A share of 0..1 in percent, to one decimal."""
    return "not measured" if share is None else f"{share:.1%}".replace(".0%", "%")


def number(value: float | None, digits: int = 2) -> str:
    """A figure for a table."""
    return "–" if value is None else f"{value:.{digits}f}"
