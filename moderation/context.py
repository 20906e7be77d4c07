"""What the listing itself says of its item, as far as a policy needs it."""

import re
from dataclasses import dataclass

from moderation.taxonomy import Taxonomy


@dataclass(frozen=True)
class Context:
    """The item's category (a node id such as `clothing.kids.swimwear`) and department, if known."""

    category_id: str | None = None
    department: str | None = None


UNKNOWN = Context()


def is_childrens(context: Context, taxonomy: Taxonomy) -> bool:
    """Whether the department or the category says that the item is made for children.

    This reads the listing's words. Nothing here estimates the age of a person in a photo.
    """
    said = _words(context.department, taxonomy) | _words(context.category_id, taxonomy)
    return not said.isdisjoint(taxonomy.childrens_words)


def is_intimate(context: Context, taxonomy: Taxonomy) -> bool:
    """Whether the category says that the item is underwear or swimwear."""
    return not _words(context.category_id, taxonomy).isdisjoint(taxonomy.intimate_words)


def _words(text: str | None, taxonomy: Taxonomy) -> frozenset[str]:
    plain = re.sub(r"[^a-z0-9]+", " ", (text or "").lower().replace("'", ""))
    for phrase in sorted(taxonomy.adult_phrases):
        plain = re.sub(rf"\b{re.escape(phrase)}\b", " ", plain)
    return frozenset(plain.split())
