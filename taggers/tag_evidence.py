"""What is known of a listing when its tags are made, and the tags that it could have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from taggers.datafile import DATA, Table, read_table
from taggers.folding import fold, words
from taggers.results import Category, FacetValue
from taggers.taxonomy import Node, Taxonomy


@dataclass(frozen=True)
class Candidate:
    """A tag that a listing could have: its text, confidence 0..1, and where it comes from.

    `source` is `category`, `color`, `facet.<name>`, a combination such as
    `color+category` or `department+category`, or `seller`.
    """

    tag: str
    confidence: float
    source: str


@dataclass(frozen=True)
class TagEvidence:
    """What is known of a listing.

    `nodes` are the category's node and those above it, nearest first, empty where there is none,
    and `confidence` the category's. `facets` maps a facet's name to the labels held true; `colors`
    are colour names with confidence; `seller` are words of a title or of the seller's own. All
    confidences lie in 0..1.
    """

    nodes: tuple[Node, ...] = ()
    confidence: float = 0.0
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    colors: tuple[tuple[str, float], ...] = ()
    seller: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        taxonomy: Taxonomy,
        category: Category | None,
        facets: Mapping[str, tuple[FacetValue, ...]],
        colors: tuple[tuple[str, float], ...] = (),
        seller: tuple[str, ...] = (),
    ) -> "TagEvidence":
        """The evidence of a listing from its category in a taxonomy, its facets and its colours."""
        if category is None:
            return cls((), 0.0, facets, colors, seller)
        ids = (category.id, *taxonomy.ancestors(category.id))
        nodes = tuple(taxonomy.nodes[node_id] for node_id in ids)
        return cls(nodes, category.confidence, facets, colors, seller)


def candidates(evidence: TagEvidence) -> Iterator[Candidate]:
    """Every tag the evidence supports, the most telling first; what does not fit is not weeded out.

    The order: the category's plainest word, that word with each colour and facet ("black handbag"),
    its other words, the facets and colours alone, the parents, and the seller's own words.
    """
    if evidence.nodes:
        yield from _of_node(evidence)
    for name in _rules().alone:
        for value in evidence.facets.get(name, ()):
            yield Candidate(value.name.lower(), value.confidence, f"facet.{name}")
    for color, confidence in evidence.colors:
        yield Candidate(color.lower(), confidence, "color")
    for node in evidence.nodes[1:]:
        yield Candidate(node.synonyms[0], evidence.confidence, "category")
    for text in evidence.seller:
        yield Candidate(text, 1.0, "seller")


def _of_node(evidence: TagEvidence) -> Iterator[Candidate]:
    noun, *others = evidence.nodes[0].synonyms
    yield Candidate(noun, evidence.confidence, "category")
    for adjective in _adjectives(evidence):
        if not _repeats(adjective.tag, noun):
            joint = adjective.confidence * evidence.confidence
            yield Candidate(f"{adjective.tag} {noun}", joint, f"{adjective.source}+category")
    for other in others:
        yield Candidate(other, evidence.confidence, "category")


def _adjectives(evidence: TagEvidence) -> Iterator[Candidate]:
    for color, confidence in evidence.colors:
        yield Candidate(color.lower(), confidence, "color")
    rules = _rules()
    for name in rules.with_category:
        for value in evidence.facets.get(name, ()):
            adjective = rules.adjectives.get(name, {}).get(value.label, value.name.lower())
            yield Candidate(adjective, value.confidence, name)


def _repeats(adjective: str, noun: str) -> bool:
    """Whether the noun says the adjective already, as in "leather leather jacket"."""
    return {fold(word) for word in words(adjective)} <= {fold(word) for word in words(noun)}


@dataclass(frozen=True)
class _Rules:
    with_category: tuple[str, ...]
    alone: tuple[str, ...]
    adjectives: Mapping[str, Mapping[str, str]]


@cache
def _rules() -> _Rules:
    table = read_table(DATA / "tagging.toml")
    adjectives = {name: _texts_of(facet) for name, facet in table.table("adjectives").tables()}
    return _Rules(table.texts("with_category"), table.texts("alone"), adjectives)


def _texts_of(table: Table) -> Mapping[str, str]:
    return {label: table.text(label) for label in table.names}
