"""What the encoder says of a listing's colour, for `color` to weigh with the pixels."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from color import Evidence, generic_families
from taggers import Categorization, FacetResult

RULES = Path(__file__).with_name("color_evidence.toml")


@dataclass(frozen=True)
class EvidenceRules:
    """Where the encoder's colour words are evidence, and which products are metal.

    `known` are the top-level categories in which its words can be trusted; `metal` gives for a
    top-level category the probability, 0..1, that a product of a colour family is metal.
    """

    known: frozenset[str]
    metal: Mapping[str, Mapping[str, float]]


def color_evidence(category: Categorization, words: FacetResult | None) -> Evidence | None:
    """The evidence on a listing's colour; None where the encoder knows nothing of it.

    `words` is what the facet of colour words says; a bundle without that facet gives none, and
    its category still tells metal. The words count by the probability that the product is of a
    category in which they are known.
    """
    rules = load_rules()
    roots = _roots(category.probabilities)
    weight = min(1.0, sum(roots.get(root, 0.0) for root in rules.known))
    metal: dict[str, float] = {}
    for root, families in rules.metal.items():
        for family, share in families.items():
            metal[family] = min(1.0, metal.get(family, 0.0) + roots.get(root, 0.0) * share)
    families = words.families if words is not None else {}
    return Evidence(families, weight, metal) if roots else None


@cache
def load_rules() -> EvidenceRules:
    """The rules in `color_evidence.toml`."""
    return parse_rules(RULES.read_text(encoding="utf-8"))


def parse_rules(text: str) -> EvidenceRules:
    """The rules in the text of a TOML file.

    Raises ValueError for a missing or unknown key, a family that there is not, or a value that is
    not a probability.
    """
    document: dict[str, Any] = tomllib.loads(text)
    if set(document) != {"known", "metal"}:
        raise ValueError(f"the keys must be known and metal, not {sorted(document)}")
    for root, families in document["metal"].items():
        for family, share in families.items():
            if family not in generic_families() or not (
                isinstance(share, float | int) and 0 <= share <= 1
            ):
                raise ValueError(f"metal.{root}.{family} = {share!r} is not a family's probability")
    return EvidenceRules(frozenset(document["known"]), document["metal"])


def _roots(probabilities: Mapping[str, float]) -> dict[str, float]:
    """The probability of each top-level category, from those of labels anywhere below it."""
    roots: dict[str, float] = {}
    for label, probability in probabilities.items():
        root = label.partition(".")[0]
        roots[root] = roots.get(root, 0.0) + probability
    return roots
