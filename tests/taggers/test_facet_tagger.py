"""Facets: several labels, at most one where exclusive, none where unsure."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from taggers.category import UNCALIBRATED
from taggers.facet_tagger import FacetTagger
from taggers.facets import NONE_OF_THESE, load_facets
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


@pytest.mark.parametrize(
    ("category", "reason"),
    [
        ("food.prepared.pizza", "Women is not said of a listing of this category."),
        (None, "Women is said of some categories only, and none was suggested."),
    ],
)
def test_no_pizza_is_for_women(make_label_set: Make, category: str | None, reason: str) -> None:
    tagger = tagger_of(make_label_set, "department", ("men", "women"), 0.5)
    result = tagger.decide(np.array([0.1, 0.9]), category)
    assert (result.values, result.reason) == ((), reason)
    assert result.probabilities == pytest.approx({"men": 0.1, "women": 0.9})


def test_a_label_that_is_unsure_is_called_so_whether_it_would_apply_or_not(
    make_label_set: Make,
) -> None:
    tagger = tagger_of(make_label_set, "department", ("men", "women"), 0.95)
    for category in ("food.prepared.pizza", None, SHOES):
        reason = tagger.decide(np.array([0.1, 0.9]), category).reason
        assert reason.startswith("No label is sure enough: the nearest is Women (0.90)")


def test_a_chair_may_be_vintage_but_not_casual(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "style", ("casual", "vintage"), 0.3)
    result = tagger.decide(np.array([0.6, 0.4]), "home.furniture.chairs")
    assert [value.label for value in result.values] == ["vintage"]


def test_none_of_these_is_never_suggested_and_stops_the_others(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "style", ("retro", "rustic", NONE_OF_THESE), 0.3)
    result = tagger.decide(np.array([0.4, 0.1, 0.5]), SHOES)
    assert result.values == ()
    assert result.reason == "None of these is likeliest (0.50); next: Retro (0.40)."
    assert result.probabilities[NONE_OF_THESE] == 0.5
    held = tagger.decide(np.array([0.6, 0.1, 0.3]), SHOES)
    assert [value.label for value in held.values] == ["retro"]
    assert held.values[0].reason == "The photos look Retro (0.60); next: Rustic (0.10)."


def test_none_of_these_stops_an_exclusive_facet_too(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "season", ("summer", "winter", NONE_OF_THESE), 0.2)
    assert tagger.decide(np.array([0.3, 0.2, 0.5]), SHOES).values == ()
    assert [v.label for v in tagger.decide(np.array([0.5, 0.3, 0.2]), SHOES).values] == ["summer"]


def test_a_facet_of_none_of_these_alone_abstains(make_label_set: Make) -> None:
    result = tagger_of(make_label_set, "style", (NONE_OF_THESE,), 0.3).decide(np.ones(1), SHOES)
    assert result.values == ()
    assert result.reason == "No label is known."


@pytest.mark.parametrize("name", ["style", "photo_kind"])
def test_a_facet_of_which_no_label_is_visible_says_that_none_is_known(
    make_label_set: Make, name: str
) -> None:
    label = next(iter(load_facets()[name].labels))
    tagger = FacetTagger(load_facets()[name], make_label_set((label,), visible=()))
    result = tagger.tag(np.ones((2, 1), np.float32), SHOES)
    assert (result.values, result.reason) == ((), "No label is known.")


def test_none_of_these_belongs_to_no_colour_family(make_label_set: Make) -> None:
    tagger = tagger_of(make_label_set, "base_color", ("red", NONE_OF_THESE), 0.9)
    assert tagger.decide(np.array([0.7, 0.3]), SHOES).families == {"red": 0.7}


def test_a_listing_has_every_kind_that_one_of_its_photos_is_sure_to_be(
    make_label_set: Make,
) -> None:
    labels = make_label_set(("plain_ground", "size_chart", NONE_OF_THESE), default=0.8)
    tagger = FacetTagger(load_facets()["photo_kind"], labels)
    photos = np.eye(3, dtype=np.float32)
    both = tagger.tag(photos[[0, 1]], None)
    assert {value.label for value in both.values} == {"plain_ground", "size_chart"}
    alone = tagger.tag(photos[[1]], None)
    assert [value.label for value in alone.values] == ["size_chart"]
    assert alone.values[0].confidence == both.probabilities["size_chart"]
    with_another = tagger.tag(photos[[0, 2]], None)
    assert [value.label for value in with_another.values] == ["plain_ground"]
    assert tagger.tag(photos[[2]], None).values == ()
    assert tagger.tag(photos[:0], None).values == ()


def test_what_an_uncalibrated_facet_says_is_qualified_each_time(make_label_set: Make) -> None:
    labels = make_label_set(("summer", "winter"), default=0.7)
    raw = replace(labels, calibration=replace(labels.calibration, calibrated=False))
    tagger, measured = (FacetTagger(load_facets()["season"], one) for one in (raw, labels))
    for scores in ([0.9, 0.1], [0.6, 0.4]):
        said, plain = (one.decide(np.array(scores), SHOES) for one in (tagger, measured))
        reasons = [value.reason for value in said.values] or [said.reason]
        expected = [value.reason for value in plain.values] or [plain.reason]
        assert reasons == [reason + UNCALIBRATED for reason in expected]
        assert said.probabilities == plain.probabilities


def test_independent_labels_are_each_judged_against_none_of_these(make_label_set: Make) -> None:
    names = ("retro", "rustic", "glam", "punk", "folk", NONE_OF_THESE)
    labels = make_label_set(names, default=0.8, logit_scale=20.0)
    several = replace(labels.calibration, scoring="independent")
    tagger = FacetTagger(load_facets()["style"], replace(labels, calibration=several))
    photo = np.array([[0.7, 0.7, 0.0, 0.0, 0.0, 0.14]], np.float32)
    assert {v.label for v in tagger.tag(photo, "home").values} == {"retro", "rustic"}
    competing = FacetTagger(load_facets()["style"], labels)
    assert competing.tag(photo, "home").values == ()
