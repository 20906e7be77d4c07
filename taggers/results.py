"""What the taggers say about a listing."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Category:
    """A node of the taxonomy with its probability, 0..1, the sum over all below it."""

    id: str
    path: tuple[str, ...]
    confidence: float
    reason: str


@dataclass(frozen=True)
class Categorization:
    """The category of a listing, or None with the reason why not.

    `alternatives` are up to four other nodes by falling probability. `probabilities` are the raw
    ones of every visible label, and `not_listing` the part of them that speaks for something that
    is not for sale; all 0..1.
    """

    category: Category | None
    alternatives: tuple[Category, ...]
    reason: str
    not_listing: float = 0.0
    probabilities: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class FacetValue:
    """One label of a facet that is held true, with its probability, 0..1."""

    label: str
    name: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class FacetResult:
    """The labels of one facet that are held true, likeliest first; none where unsure.

    `probabilities` are the raw ones of every visible label, 0..1. `families` sums them by generic
    colour family; it is empty for facets whose labels have none.
    """

    facet: str
    values: tuple[FacetValue, ...]
    reason: str
    probabilities: Mapping[str, float] = field(default_factory=dict)
    families: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnLabelMatch:
    """One label of the caller's own, and how near the photos are to it.

    `similarity` is the mean cosine, -1..1, of the photos with the label's text embedding. `score`,
    0..1, is its share among the caller's labels alone, which sum to 1 whatever the photos show.
    `fit`, 0..1, is what the bundle would give it as one more of its own categories: near 0 where
    those, things that are not for sale included, are much nearer to the photos than this label. All
    are averaged over the photos; none is calibrated.
    """

    label: str
    similarity: float
    score: float
    fit: float
