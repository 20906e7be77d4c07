"""Whose probabilities belong to an answer, as far as a column's labels can tell."""

from taggers import load_taxonomy
from vision.evaluation.columns import LabelClass
from vision.evaluation.testable import Testable as Events  # pytest gathers classes called Test...

TREE = load_taxonomy()
JEANS, TROUSERS, SHORTS = (f"clothing.bottoms.{kind}" for kind in ("jeans", "trousers", "shorts"))


def known(name: str, *ids: str) -> LabelClass:
    return LabelClass(name, frozenset(ids), ids, 0.5)


PANTS, SHORT = known("pants", JEANS, TROUSERS), known("shorts", SHORTS)
EVENTS = Events((PANTS, SHORT), TREE)


def test_a_node_inside_a_class_stands_for_the_class() -> None:
    assert EVENTS.class_of(JEANS) == EVENTS.agreeing(JEANS) == {JEANS, TROUSERS}
    assert EVENTS.agrees(JEANS, PANTS)
    assert not EVENTS.agrees(JEANS, SHORT)


def test_a_node_that_no_label_names_stands_alone() -> None:
    assert EVENTS.class_of("shoes.boots") == {"shoes.boots"}
    assert "shoes.boots" in EVENTS.agreeing("shoes.boots")
    assert not EVENTS.agrees("shoes.boots", PANTS)


def test_a_parent_stands_for_all_below_it_and_for_all_of_each_class_it_meets() -> None:
    bottoms = EVENTS.agreeing("clothing.bottoms")
    assert {JEANS, TROUSERS, SHORTS, "clothing.bottoms"} <= bottoms
    assert not any(one.startswith("clothing.tops") for one in bottoms)
    outside = known("warm", "clothing.outerwear.jackets", "clothing.suits.blazers")
    assert "clothing.suits.blazers" in Events((outside,), TREE).agreeing("clothing.outerwear")
