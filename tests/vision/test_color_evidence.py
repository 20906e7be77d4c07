"""What the encoder's answers say of a listing's colour."""

import pytest

from taggers import Categorization, FacetResult, load_facets, load_taxonomy
from vision.assemble import BASE_COLOR
from vision.color_evidence import color_evidence, load_rules, parse_rules


def seen(**probabilities: float) -> Categorization:
    ids = {name.replace("__", "."): value for name, value in probabilities.items()}
    return Categorization(None, (), "because", 0.0, ids)


def words(**families: float) -> FacetResult:
    return FacetResult(BASE_COLOR, (), "", {}, families)


def test_words_count_by_the_probability_of_a_category_that_knows_them() -> None:
    category = seen(clothing__tops__t_shirts=0.5, shoes__boots=0.2, home__furniture__sofas=0.3)
    evidence = color_evidence(category, words(red=0.9, blue=0.1))
    assert evidence is not None
    assert evidence.weight == pytest.approx(0.7)
    assert evidence.families == {"red": 0.9, "blue": 0.1}


def test_of_a_sofa_the_pixels_alone_speak() -> None:
    evidence = color_evidence(seen(home__furniture__sofas=1.0), words(red=1.0))
    assert evidence is not None
    assert evidence.of_families is None


def test_jewelry_is_metal_and_a_shirt_is_not() -> None:
    ring, shirt = (color_evidence(seen(**{name: 1.0}), None) for name in ("jewelry", "clothing"))
    assert ring is not None
    assert shirt is not None
    assert ring.metal["gray"] > 0.9
    assert not any(shirt.metal.values())


def test_a_bundle_without_the_words_gives_no_hue() -> None:
    evidence = color_evidence(seen(clothing=1.0), None)
    assert evidence is not None
    assert evidence.of_families is None


def test_without_a_readable_photo_there_is_no_evidence() -> None:
    assert color_evidence(Categorization(None, (), "no photo"), None) is None


def test_the_rules_name_top_level_categories_only() -> None:
    rules = load_rules()
    roots = {node.partition(".")[0] for node in load_taxonomy().nodes}
    assert rules.known <= roots
    assert set(rules.metal) <= roots
    assert BASE_COLOR in load_facets()


@pytest.mark.parametrize(
    "text",
    [
        "known = []",
        "known = []\n[metal]\n[metal.jewelry]\nsilver = 0.5",
        "known = []\n[metal]\n[metal.jewelry]\ngray = 1.5",
        "known = []\nother = 1\n[metal]",
    ],
)
def test_broken_rules_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"keys|probability"):
        parse_rules(text)
