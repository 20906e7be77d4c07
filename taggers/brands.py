"""Brand names that a tag must not hold."""

from functools import cache

from taggers.datafile import DATA, read_table
from taggers.folding import words

BrandWords = tuple[str, ...]


def brand_in(text: str, *, ordinary_words: bool) -> str | None:
    """The first well-known brand named in a text, word by word, or None.

    With `ordinary_words`, brands that are common words too ("coach", "vans") count as well.
    """
    text_words = words(text)
    for brand in _brands(ordinary_words):
        size = len(brand)
        if any(text_words[i : i + size] == brand for i in range(len(text_words) - size + 1)):
            return " ".join(brand)
    return None


@cache
def _brands(ordinary_words: bool) -> tuple[BrandWords, ...]:
    table = read_table(DATA / "brands.toml")
    names = table.texts("names") + (table.texts("words") if ordinary_words else ())
    return tuple(words(name) for name in names)
