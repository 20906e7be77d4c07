"""Values from manifests and file names, made fit for JSON, for sorting and for display."""

import base64
import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

MAX_DEPTH = 32
_DIGITS = re.compile(r"([0-9]+)")


def clean_text(text: str) -> str:
    """`text` as valid Unicode: lone surrogates (bytes of a file name) become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def to_json_value(value: Any, depth: int = 0) -> Any:
    """`value` as JSON can hold it, the same every time.

    Dates and times become ISO 8601 text, durations seconds, decimals and other scalars text, bytes
    base64, sequences lists, keys text; a float that is not finite becomes null.
    Raises ValueError where containers are nested deeper than `MAX_DEPTH`.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"values nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        items = value.items()
        return {clean_text(str(key)): to_json_value(item, depth + 1) for key, item in items}
    if isinstance(value, list | tuple):
        return [to_json_value(item, depth + 1) for item in value]
    return _scalar_to_json(value)


def _scalar_to_json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return clean_text(str(value))


def natural_key(name: str) -> tuple[Any, ...]:
    """Sort key by which "2.jpg" precedes "10.jpg"; case counts only between otherwise equal names.

    Runs of the digits 0 to 9 compare as numbers of any length, everything between them as text.
    """
    parts = _DIGITS.split(name.casefold())
    return (*(_part_key(part, index % 2 == 1) for index, part in enumerate(parts)), (0, name))


def _part_key(part: str, is_number: bool) -> tuple[int, str]:
    digits = part.lstrip("0")
    return (len(digits), digits) if is_number else (0, part)
