"""Facets: several labels, at most one where exclusive, none where unsure."""

from collections.abc import Callable

import numpy as np
import pytest

from taggers.facet_tagger import FacetTagger
from taggers.facets import load_facets
from weights.labels import LabelSet

Make = Callable[..., LabelSet]
SHOES = "shoes.heels"


def tagger_of(make: Make, name: str, labels: tuple[str, ...], default: float) -> FacetTagger:
    return FacetTagger(load_facets()[name], make(labels, default=default))


def test_several_styles_may_be_true_likeliest_first(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "style", ("casual", "vintage", "formal"), 0.3)
    result = tagger.decide(np.array([0.4, 0.5, 0.1]), SHOES)
    assert [value.label for value in result.values] == ["vintage", "casual"]
    assert result.values[0].reason == "The photos look Vintage (0.50); next: Casual (0.40)."


def test_an_exclusive_facet_gives_one_label_at_most(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "department", ("men", "women", "unisex"), 0.3)
    assert [v.label for v in tagger.decide(np.array([0.4, 0.5, 0.1]), SHOES).values] == ["women"]


def test_an_exclusive_facet_abstains_when_its_likeliest_label_is_unsure(
    make_label_set: Make,
) -> None:
    labels = make_label_set(("men", "women"), {"men": 0.3, "women": 0.9})
    tagger = FacetTagger(load_facets()["department"], labels)
    result = tagger.decide(np.array([0.4, 0.6]), SHOES)
    assert result.values == ()
    assert result.reason == (
        "No label is sure enough: the nearest is Women (0.60), and 0.90 is needed."
    )


def test_base_colors_are_summed_by_family(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "base_color", ("navy_blue", "blue", "red"), 0.9)
    result = tagger.decide(np.array([0.3, 0.5, 0.2]), SHOES)
    assert result.families == pytest.approx({"blue": 0.8, "red": 0.2})
    assert result.probabilities == pytest.approx({"navy_blue": 0.3, "blue": 0.5, "red": 0.2})


def test_facets_without_colors_have_no_families(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "style", ("casual", "formal"), 0.5)
    assert tagger.decide(np.array([0.5, 0.5]), SHOES).families == {}


def test_no_photo_means_no_label(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "style", ("casual", "formal"), 0.0)
    result = tagger.tag(np.zeros((0, 2), np.float32), SHOES)
    assert result.values == ()
    assert result.reason == "There is no readable photo to look at."


def test_the_label_that_the_embedding_points_at_is_found(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "season", ("summer", "winter"), 0.9)
    assert [v.label for v in tagger.tag(np.array([[0, 1]], np.float32), SHOES).values] == ["winter"]


def test_a_label_that_the_facet_has_not_is_refused(make_label_set: Make) -> None:
    with pytest.raises(ValueError, match="not in facet 'season': monsoon"):
        tagger_of(make_label_set, "season", ("summer", "monsoon"), 0.5)


def test_a_visible_label_without_an_embedding_is_refused(make_label_set: Make) -> None:
    labels = make_label_set(("summer",), visible=("summer", "winter"))
    with pytest.raises(ValueError, match="without an embedding: winter"):
        FacetTagger(load_facets()["season"], labels)


@pytest.mark.parametrize("category", ["food.prepared.pizza", None])
def test_no_pizza_is_for_women(make_label_set: Make, category: str | None) -> None:
    tagger = tagger_of(make_label_set, "department", ("men", "women"), 0.5)
    result = tagger.decide(np.array([0.1, 0.9]), category)
    assert result.values == ()
    assert result.reason == "Women is not said of a listing of this category."
    assert result.probabilities == pytest.approx({"men": 0.1, "women": 0.9})


def test_a_chair_may_be_vintage_but_not_casual(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "style", ("casual", "vintage"), 0.3)
    result = tagger.decide(np.array([0.6, 0.4]), "home.furniture.chairs")
    assert [value.label for value in result.values] == ["vintage"]
