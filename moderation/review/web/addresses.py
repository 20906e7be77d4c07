"""The addresses of the desk's own pages, and which of those that a browser sends are ours."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import Path

LARGEST_ID = 2**31 - 1
ItemId = Annotated[int, Path(ge=1, le=LARGEST_ID)]

HOME = "/review"


def with_query(path: str, **query: object) -> str:
    """The path with those of the query's values that are not None or empty."""
    given = {key: value for key, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def photo_address(item_id: int, index: int, look: str = "", small: bool = False) -> str:
    """Where the app serves a photo of an item's listing."""
    size = "small" if small else None
    return with_query(f"/photo/{item_id}/{index}", look=look, size=size)


def local_address(text: str, otherwise: str = HOME) -> str:
    """`text` where it is a path of this site, never another site's; else `otherwise`."""
    if not text.startswith("/") or text[1:2] in ("/", "\\"):
        return otherwise
    if not (text.isascii() and text.isprintable()):
        return otherwise
    parts = urlsplit(text)
    return otherwise if parts.scheme or parts.netloc else text


def number(text: str) -> int | None:
    """An id from a field that may be empty or nonsense; None then."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        return None
    value = int(text)
    return value if 1 <= value <= LARGEST_ID else None
