"""Tags that fit a marketplace, and why the others did not."""

import unicodedata
from dataclasses import dataclass

from taggers.brands import brand_in
from taggers.folding import fold
from taggers.marketplace import MarketplaceProfile, TagRules
from taggers.tag_evidence import Candidate, TagEvidence, candidates


@dataclass(frozen=True)
class Tag:
    """A suggested tag with its confidence, 0..1, and where it comes from."""

    tag: str
    confidence: float
    source: str


@dataclass(frozen=True)
class RejectedTag:
    """A tag that the evidence supports but that does not fit, and why."""

    tag: str
    why: str


@dataclass(frozen=True)
class TagSuggestions:
    """The tags of a listing, most telling first, and everything that was turned down."""

    tags: tuple[Tag, ...]
    rejected: tuple[RejectedTag, ...]


def suggest_tags(profile: MarketplaceProfile, evidence: TagEvidence) -> TagSuggestions:
    """The tags that the evidence supports and the marketplace takes.

    Whatever the evidence, the tags fit the profile: number, length and characters; none names a
    well-known brand; no two are the same but for case, number, accents, spaces or hyphens.
    """
    tags: list[Tag] = []
    rejected: list[RejectedTag] = []
    taken: dict[str, str] = {}
    for candidate in candidates(evidence):
        text = tidy(candidate.tag)
        why = _why_not(text, candidate, profile.tags, taken)
        if why is None:
            taken[fold(text)] = text
            tags.append(Tag(text, candidate.confidence, candidate.source))
        else:
            rejected.append(RejectedTag(text, why))
    return TagSuggestions(tuple(tags), tuple(dict.fromkeys(rejected)))


def tidy(text: str) -> str:
    """The text in composed form, single spaces within and no punctuation in front."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    start = next((place for place, char in enumerate(text) if char.isalnum()), len(text))
    return text[start:]


def _why_not(text: str, candidate: Candidate, rules: TagRules, taken: dict[str, str]) -> str | None:
    if not fold(text):
        return "holds no letter or digit"
    if wrong := rules.disallowed(text):
        return f"holds characters that are not allowed: {wrong}"
    if len(text) > rules.max_length:
        return f"longer than {rules.max_length} characters"
    if brand := brand_in(text, ordinary_words=candidate.source == "seller"):
        return f"names the brand '{brand}'"
    if (same := taken.get(fold(text))) is not None:
        return f"same as '{same}'"
    if len(taken) >= rules.max_count:
        return f"the list is full ({rules.max_count})"
    return None
