"""Tags always fit the marketplace, and what does not is listed with why."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taggers.brands import brand_in
from taggers.facets import load_facets
from taggers.folding import fold
from taggers.marketplace import (
    MarketplaceProfile,
    TagRules,
    available_marketplaces,
    load_marketplace,
)
from taggers.results import Category, FacetValue
from taggers.tag_evidence import TagEvidence
from taggers.tags import TagSuggestions, suggest_tags
from taggers.taxonomy import Taxonomy, load_taxonomy

FACETS, TREE = load_facets(), load_taxonomy()


def value(facet: str, label: str, confidence: float = 0.8) -> FacetValue:
    return FacetValue(label, FACETS[facet].labels[label].name, confidence, "because")


def evidence_of(node: str, **facets: tuple[FacetValue, ...]) -> TagEvidence:
    category = Category(node, TREE.nodes[node].path, 0.9, "because")
    return TagEvidence.of(TREE, category, facets, (("Black", 0.5),))


def texts(suggestions: TagSuggestions) -> list[str]:
    return [tag.tag for tag in suggestions.tags]


def why(suggestions: TagSuggestions, tag: str) -> list[str]:
    return [rejected.why for rejected in suggestions.rejected if rejected.tag == tag]


def test_a_handbag_gets_its_words_combinations_and_parents() -> None:
    found = suggest_tags(
        load_marketplace("generic"),
        evidence_of("bags.handbags", department=(value("department", "women"),)),
    )
    assert texts(found) == [
        "handbag",
        "black handbag",
        "women's handbag",
        "purse",
        "shoulder bag",
        "black",
        "bag",
    ]
    assert [tag.source for tag in found.tags[:3]] == [
        "category",
        "color+category",
        "department+category",
    ]
    assert found.tags[1].confidence == pytest.approx(0.45)


def test_a_tag_of_21_characters_is_too_long_for_etsy() -> None:
    found = suggest_tags(load_marketplace("etsy"), TagEvidence(seller=("a" * 20, "b" * 21)))
    assert texts(found) == ["a" * 20]
    assert why(found, "b" * 21) == ["longer than 20 characters"]


def test_a_plural_is_the_same_tag() -> None:
    found = suggest_tags(load_marketplace("etsy"), TagEvidence(seller=("Mug", "mugs", "MUG")))
    assert texts(found) == ["Mug"]
    assert why(found, "mugs") == why(found, "MUG") == ["same as 'Mug'"]


def test_the_fourteenth_tag_does_not_fit_on_etsy() -> None:
    words = tuple(f"word{chr(97 + number)}" for number in range(14))
    found = suggest_tags(load_marketplace("etsy"), TagEvidence(seller=words))
    assert texts(found) == list(words[:13])
    assert why(found, words[13]) == ["the list is full (13)"]


@pytest.mark.parametrize("tag", ["NIKE shoes", "levi's jeans", "H&M top", "Estée Lauder", "coach"])
def test_a_seller_s_words_that_name_a_brand_are_refused(tag: str) -> None:
    found = suggest_tags(load_marketplace("ebay"), TagEvidence(seller=(tag,)))
    assert found.tags == ()
    assert found.rejected[0].why.startswith("names the brand '")


def test_a_brand_inside_another_word_is_no_brand() -> None:
    assert brand_in("nikel plated, a roxyfied handbag", ordinary_words=True) is None


def test_no_word_of_the_taxonomy_names_a_brand() -> None:
    found = [
        w
        for node in TREE.nodes.values()
        for w in node.synonyms
        if brand_in(w, ordinary_words=False)
    ]
    assert found == []


def test_characters_that_etsy_does_not_take_are_named() -> None:
    found = suggest_tags(
        load_marketplace("etsy"), TagEvidence(seller=("salt & pepper", "50% off!"))
    )
    assert [rejected.why for rejected in found.rejected] == [
        "holds characters that are not allowed: &",
        "holds characters that are not allowed: %!",
    ]


def test_a_combination_does_not_repeat_a_word_of_the_category() -> None:
    found = suggest_tags(
        load_marketplace("generic"),
        evidence_of("clothing.outerwear.leather_jackets", material=(value("material", "leather"),)),
    )
    assert "leather jacket" in texts(found)
    assert "leather leather jacket" not in texts(found)


def test_nothing_known_gives_no_tag() -> None:
    assert suggest_tags(load_marketplace("etsy"), TagEvidence()) == TagSuggestions((), ())


def test_every_category_gives_at_least_one_tag_that_fits_every_marketplace(
    taxonomy: Taxonomy,
) -> None:
    for name in available_marketplaces():
        profile = load_marketplace(name)
        for node in taxonomy.nodes.values():
            category = Category(node.id, node.path, 0.9, "because")
            assert suggest_tags(profile, TagEvidence.of(taxonomy, category, {})).tags, node.id


CONFIDENCES = st.floats(0, 1)
WORDS = st.one_of(
    st.text(max_size=25),
    st.sampled_from(
        ["mug", "Mugs", "MUG", "nike mug", "ceramic mug", "T-Shirt", "tshirts", "™", "½"]
    ),
)


@st.composite
def any_evidence(draw: st.DrawFn) -> TagEvidence:
    node = draw(st.none() | st.sampled_from(sorted(TREE.nodes)))
    category = None if node is None else Category(node, (), draw(CONFIDENCES), "")
    facets = {
        name: tuple(
            value(name, label, draw(CONFIDENCES))
            for label in draw(st.lists(st.sampled_from(sorted(facet.labels)), max_size=3))
        )
        for name, facet in FACETS.items()
    }
    colors = tuple(draw(st.lists(st.tuples(WORDS, CONFIDENCES), max_size=4)))
    return TagEvidence.of(TREE, category, facets, colors, tuple(draw(st.lists(WORDS, max_size=8))))


@st.composite
def any_profile(draw: st.DrawFn) -> MarketplaceProfile:
    shipped = [load_marketplace(name) for name in available_marketplaces()]
    marks = draw(st.sampled_from(["-", "-'", "&/+"]))
    rules = TagRules(draw(st.integers(1, 9)), draw(st.integers(1, 30)), ("L", "Nd"), marks)
    return draw(st.sampled_from([*shipped, MarketplaceProfile("x", "X", rules, 1, 1, "generic")]))


@given(profile=any_profile(), evidence=any_evidence())
def test_tags_fit_any_marketplace_whatever_the_evidence(
    profile: MarketplaceProfile, evidence: TagEvidence
) -> None:
    found = suggest_tags(profile, evidence)
    tags, rules = texts(found), profile.tags
    assert len(tags) <= rules.max_count
    assert len({fold(tag) for tag in tags}) == len(tags)
    assert len({tag.casefold() for tag in tags}) == len(tags)
    for tag in found.tags:
        assert 0 <= tag.confidence <= 1
        assert 0 < len(tag.tag) <= rules.max_length
        assert tag.tag == tag.tag.strip()
        assert brand_in(tag.tag, ordinary_words=False) is None
        for char in tag.tag:
            assert char in rules.marks or unicodedata.category(char).startswith(rules.classes)
    assert all(rejected.why for rejected in found.rejected)
    assert suggest_tags(profile, evidence) == found
