"""Brand names that a tag must not hold."""

from collections.abc import Mapping
from functools import cache

from taggers.datafile import DATA, read_table
from taggers.folding import words

BrandWords = tuple[str, ...]


def brand_in(text: str, *, ordinary_words: bool) -> str | None:
    """The first well-known brand named in a text, word by word, or None.

    First is the order of the file, not of the text. With `ordinary_words`, brands that are common
    words too ("coach", "vans") count as well.
    """
    text_words = words(text)
    brands = _brands(ordinary_words)
    found = [
        (place, brand)
        for start, word in enumerate(text_words)
        for place, brand in brands.get(word, ())
        if text_words[start : start + len(brand)] == brand
    ]
    return " ".join(min(found)[1]) if found else None


@cache
def _brands(ordinary_words: bool) -> Mapping[str, list[tuple[int, BrandWords]]]:
    """By its first word, each brand with its place in the file."""
    table = read_table(DATA / "brands.toml")
    names = table.texts("names") + (table.texts("words") if ordinary_words else ())
    brands: dict[str, list[tuple[int, BrandWords]]] = {}
    for place, name in enumerate(names):
        brand = words(name)
        brands.setdefault(brand[0], []).append((place, brand))
    return brands
