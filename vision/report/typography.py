"""Text for pictures: what the built-in font can draw, and text that fits the width it is given."""

import unicodedata
from functools import cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

ELLIPSIS = "…"
_GLYPHS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("«°±´·»‘’“”…‹›™©")
_SUBSTITUTES = {
    "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "×": "x", "•": "·", "→": "->", "≥": ">=",
    "≤": "<=", "®": "(R)", "€": "EUR", "£": "GBP", "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o",
    "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i",
}  # fmt: skip


@cache
def font(size: int) -> Font:
    """Pillow's built-in scalable font (Aileron) at `size` pixels."""
    return ImageFont.load_default(size)


def printable(text: str) -> str:
    """`text` with the characters that the built-in font has: accents dropped, the rest as "?"."""
    return "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    if character in _GLYPHS:
        return character
    if character in _SUBSTITUTES:
        return _SUBSTITUTES[character]
    if character.isspace():
        return " "
    drawable = (part for part in unicodedata.normalize("NFKD", character) if part in _GLYPHS)
    invisible = unicodedata.category(character) in ("Mn", "Me", "Cc", "Cf")
    return "".join(drawable) or ("" if invisible else "?")


def text_width(text: str, size: int) -> float:
    """The width in pixels of one line of printable text."""
    return float(font(size).getlength(text))


def fit(text: str, size: int, width: float) -> str:
    """The printable text on one line of at most `width` pixels, cut with an ellipsis if it must."""
    text = " ".join(printable(text).split())
    if text_width(text, size) <= width:
        return text
    kept = _longest_start(text, size, width - text_width(ELLIPSIS, size)).rstrip()
    return kept + ELLIPSIS if text_width(ELLIPSIS, size) <= width else ""


def wrap(text: str, size: int, width: float, max_lines: int) -> list[str]:
    """The printable text on lines of at most `width` pixels, the last one cut with an ellipsis.

    Lines break at spaces; a word wider than a line is broken where the line ends.
    """
    rest = " ".join(printable(text).split())
    lines: list[str] = []
    while rest and len(lines) < max_lines - 1:
        line = _first_line(rest, size, width)
        lines.append(line)
        rest = rest[len(line) :].lstrip()
    return [*lines, fit(rest, size, width)] if rest and max_lines > 0 else lines


def _first_line(text: str, size: int, width: float) -> str:
    start = _longest_start(text, size, width) or text[:1]
    if len(start) == len(text) or text[len(start)] == " ":
        return start
    return start[: start.rindex(" ")] if " " in start else start


def _longest_start(text: str, size: int, width: float) -> str:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle], size) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low]
