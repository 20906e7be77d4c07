"""Where the values of a JSON object stand in its text, so that some can be replaced and no other
byte changes."""

import json
import re

Span = tuple[int, int]

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def object_spans(text: str, start: int = 0) -> dict[str, Span]:
    """The start and end of every value of the object at `start`, by key.

    `text` is valid JSON; of a key that is there twice the last value counts, as for `json.loads`.
    """
    spans: dict[str, Span] = {}
    at = _skip(text, _skip(text, start) + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        begin = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, begin)
        spans[key] = (begin, end)
        at = _next(text, end)
    return spans


def array_spans(text: str, start: int) -> list[Span]:
    """The start and end of every element of the array at `start`; `text` is valid JSON."""
    spans: list[Span] = []
    at = _skip(text, _skip(text, start) + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        spans.append((at, end))
        at = _next(text, end)
    return spans


def replaced(text: str, parts: list[tuple[Span, str]]) -> str:
    """`text` with each span, none overlapping another, replaced by its new text."""
    for (start, end), new in sorted(parts, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _next(text: str, at: int) -> int:
    """Where the next element begins after a value, or where the bracket that closes stands."""
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at
