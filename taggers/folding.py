"""One key for all spellings of a tag that a marketplace would call the same.

Case, accents, spaces, hyphens, possessives and number are folded away: "T-Shirts", "t shirt" and
"tshirt" share a key. The keys are for comparing only: they are no words ("shoe" gives "sho").
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from taggers.datafile import DATA, read_table

_KEPT = 4096
"""Texts whose words and keys are remembered: the same tags come up again and again."""

_APOSTROPHES = re.compile(r"['’`´]")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
# A plural ending and the singular endings it may come from all become one (knives, knife: knif).
_ENDINGS: tuple[tuple[str, str], ...] = (
    ("ies", "y"),
    ("ie", "y"),
    ("ves", "f"),
    ("ve", "f"),
    ("fe", "f"),
    ("oes", "o"),
    ("oe", "o"),
    ("ches", "ch"),
    ("che", "ch"),
    ("shes", "sh"),
    ("xes", "x"),
    ("xe", "x"),
    ("zes", "z"),
    ("ze", "z"),
    ("ses", "s"),
    ("se", "s"),
    ("ss", "ss"),
    ("us", "us"),
    ("s", ""),
)


@dataclass(frozen=True)
class _Exceptions:
    unchanged: frozenset[str]
    irregular: Mapping[str, str]


@cache
def _exceptions() -> _Exceptions:
    table = read_table(DATA / "folding.toml")
    irregular = table.table("irregular")
    pairs = {plural: irregular.text(plural) for plural in irregular.names}
    return _Exceptions(frozenset(table.texts("unchanged")), pairs)


@lru_cache(maxsize=_KEPT)
def words(text: str) -> tuple[str, ...]:
    """The words of a text: no case, accents, apostrophes or punctuation ("Levi's" is "levis")."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return tuple(_NOT_ALPHANUMERIC.sub(" ", _APOSTROPHES.sub("", plain)).split())


@lru_cache(maxsize=_KEPT)
def fold(text: str) -> str:
    """The key of a tag; two tags of one key are the same but for case, number or spelling."""
    return "".join(singular_key(word) for word in words(text))


def singular_key(word: str) -> str:
    """The key that a lower-case word shares with its plural and its possessive."""
    exceptions = _exceptions()
    if word in exceptions.irregular:
        return singular_key(exceptions.irregular[word])
    if word in exceptions.unchanged or len(word) < 3:
        return word
    if word.endswith("s") and word[:-1] in exceptions.irregular:  # men's, children's
        return singular_key(exceptions.irregular[word[:-1]])
    for ending, key in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)] + key
    return word
