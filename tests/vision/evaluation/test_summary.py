"""From readings made by hand to the figures, checked by hand."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from color import ColorAnalyzer
from taggers import Categorization, Category, FacetResult, FacetValue, load_facets, load_taxonomy
from vision.evaluation.columns import LabelClass, LabelColumn
from vision.evaluation.findings import CategoryFindings, ColorFindings, ColumnFindings
from vision.evaluation.judgement import Judge, Judgement
from vision.evaluation.reading import Reading
from vision.evaluation.rows import LabelledPhoto
from vision.evaluation.summary import summarise_category, summarise_color, summarise_columns

TAXONOMY, FACETS = load_taxonomy(), load_facets()
SOFAS, BEDS, FACES = "home.furniture.sofas", "home.furniture.beds", "not_listing.faces"


def column(name: str, kind: str, **ids: str | tuple[str, ...]) -> LabelColumn:
    named = {label: (one,) if isinstance(one, str) else one for label, one in ids.items()}
    classes = tuple(LabelClass(label, frozenset(one), one, 0.5) for label, one in named.items())
    places = {label: place for place, label in enumerate(named)}
    return LabelColumn(name, kind, classes, places, frozenset())


LABEL = column("label", "category", sofa=SOFAS, bed=BEDS, face=FACES)
USAGE = column("usage", "facet.style", casual="casual", sports="sporty", both=("a", "b"))
COLOUR = column("base_colour", "facet.base_color", Navy="navy_blue", Maroon="maroon", Multi="multi")
ANALYZER = ColorAnalyzer()


def reading(
    row: int,
    labels: Mapping[str, str],
    *,
    suggested: str | None = None,
    category: Mapping[str, float] | None = None,
    style: Mapping[str, float] | None = None,
    rgb: tuple[int, int, int] = (200, 20, 30),
    embedding: tuple[float, float] = (1, 0),
) -> Reading:
    probabilities = {SOFAS: 0.6, BEDS: 0.3, FACES: 0.1} if category is None else category
    chosen = None if suggested is None else Category(suggested, (suggested,), 0.9, "sure")
    styles = {"casual": 0.5, "sporty": 0.3, "a": 0.1, "b": 0.1} if style is None else style
    held = tuple(FacetValue(one, one, p, "") for one, p in styles.items() if p >= 0.5)
    known = {"label": "", "usage": "", "base_colour": ""}
    colors = ANALYZER.analyze(np.full((32, 32, 3), rgb, np.uint8))
    return Reading(
        LabelledPhoto(row, f"photo-{row}", b"", {**known, **labels}),
        np.array(embedding, np.float32),
        Categorization(chosen, (), "because", 0.0, probabilities),
        {
            "style": FacetResult("style", held, "", styles),
            "base_color": FacetResult(
                "base_color", (), "", {"navy_blue": 0.2, "maroon": 0.7, "multi": 0.1}
            ),
        },
        colors,
        ANALYZER.combine([colors]),
    )


def judged(*readings: Reading) -> list[Judgement]:
    judge = Judge((LABEL, USAGE, COLOUR), TAXONOMY, FACETS)
    return [judge.judge(one) for one in readings]


def columns_of(*readings: Reading) -> dict[str, ColumnFindings]:
    found = summarise_columns((LABEL, USAGE, COLOUR), judged(*readings))
    return {one.name: one for one in found}


def category_of(*readings: Reading) -> CategoryFindings:
    found = summarise_category((LABEL, USAGE), judged(*readings))
    assert found is not None
    return found


def test_a_label_is_ranked_by_the_summed_probability_of_its_ids() -> None:
    both = reading(
        0, {"usage": "both"}, style={"casual": 0.3, "sporty": 0.26, "a": 0.22, "b": 0.22}
    )
    usage = columns_of(both, reading(1, {"usage": "sports"}))["usage"]
    assert (usage.support, usage.top1, usage.top5) == (2, 0.5, 1.0)
    # "both" is found, and "sports" taken for "casual": F1 of 1, 0 and 0.
    assert usage.macro_f1 == pytest.approx(1 / 3)
    (pair,) = usage.confusions
    assert (pair.label, pair.taken_for, pair.rows, pair.support) == ("sports", "casual", (1,), 1)


def test_photos_without_a_label_do_not_count() -> None:
    found = columns_of(reading(0, {"label": "sofa"}), reading(1, {"label": "spaceship"}))
    assert (found["label"].support, found["label"].top1) == (1, 1.0)
    assert (found["usage"].support, found["usage"].top1, found["usage"].macro_f1) == (0, None, None)
    assert columns_of()["label"].knn1 is None


def test_embeddings_alone_decide_the_nearest_neighbour() -> None:
    found = columns_of(
        reading(0, {"label": "sofa"}, embedding=(1, 0)),
        reading(1, {"label": "sofa"}, embedding=(0.8, 0.6)),
        reading(2, {"label": "bed"}, embedding=(0.6, 0.8)),
    )
    assert found["label"].knn1 == pytest.approx(1 / 3)


def test_a_class_knows_what_was_suggested_and_how_often_nothing_was() -> None:
    found = columns_of(
        reading(0, {"label": "sofa"}, suggested=SOFAS),
        reading(1, {"label": "bed"}, suggested=SOFAS),
        reading(2, {"label": "sofa"}, suggested="home.furniture"),
        reading(3, {"label": "sofa"}),
    )["label"]
    sofa, bed, _ = found.classes
    assert (sofa.suggested.given, sofa.suggested.right, sofa.suggested.support) == (2, 1, 3)
    assert sofa.silent == pytest.approx(2 / 3)
    assert (bed.suggested.given, bed.suggested.recall, bed.silent) == (0, 0.0, 0.0)


def test_coverage_and_precision_are_those_of_photos_for_sale() -> None:
    found = category_of(
        reading(0, {"label": "sofa"}, suggested=SOFAS),
        reading(1, {"label": "sofa"}, suggested="home.furniture"),  # a parent agrees
        reading(2, {"label": "sofa"}, suggested="clothing"),
        reading(3, {"label": "bed"}),
        reading(4, {"label": "face"}, suggested=SOFAS),
        reading(5, {"label": "face"}),
        reading(6, {"label": "spaceship"}, suggested=SOFAS),
    )
    assert (found.for_sale, found.coverage) == (4, 0.75)
    assert found.precision == pytest.approx(2 / 3)
    assert found.broader == pytest.approx(1 / 3)
    assert (found.not_listing, found.not_listing_suggested) == (2, 0.5)
    (abstention,) = found.abstentions
    assert (abstention.row, abstention.label, abstention.reason) == (3, "bed", "because")


def test_a_more_special_node_than_the_label_is_right() -> None:
    shoes = LabelColumn(
        "label",
        "category",
        (LabelClass("Shoes", frozenset({"shoes", *TAXONOMY.descendants("shoes")}), (), None),),
        {"Shoes": 0},
        frozenset(),
    )
    one = reading(0, {"label": "Shoes"}, suggested="shoes.heels")
    judgement = Judge((shoes,), TAXONOMY, FACETS).judge(one)
    assert judgement.category is not None
    assert (judgement.category.right, judgement.category.broader) == (True, False)


def test_calibration_error_takes_the_likeliest_visible_label() -> None:
    sure = {SOFAS: 0.9, BEDS: 0.05, FACES: 0.05}
    found = category_of(
        reading(0, {"label": "sofa"}, category=sure),
        reading(1, {"label": "face"}, category=sure),
    )
    assert found.ece == pytest.approx(0.9 - 0.5)
    (held,) = found.bins
    assert (held.photos, held.confidence, held.accuracy) == (2, pytest.approx(0.9), 0.5)


def test_a_coarse_label_tests_the_summed_probability_of_its_class() -> None:
    tops = column("label", "category", top=("clothing.tops.shirts", "clothing.tops.t_shirts"))
    spread = {"clothing.tops.shirts": 0.5, "clothing.tops.t_shirts": 0.4, SOFAS: 0.1}
    one = reading(0, {"label": "top"}, category=spread, suggested="clothing.tops.shirts")
    found = summarise_category((tops,), [Judge((tops,), TAXONOMY, FACETS).judge(one)])
    assert found is not None
    (held,) = found.bins
    assert (held.confidence, held.accuracy) == (pytest.approx(0.9), 1.0)
    assert found.ece == pytest.approx(0.1)
    assert found.suggested_ece == pytest.approx(0.1)


def test_a_suggested_parent_is_held_against_all_that_its_label_could_mean() -> None:
    shown = {SOFAS: 0.4, BEDS: 0.35, "clothing": 0.05, FACES: 0.2}
    found = category_of(
        reading(0, {"label": "sofa"}, category=shown, suggested="home.furniture"),
        reading(1, {"label": "face"}, category=shown, suggested="home.furniture"),
        reading(2, {"label": "bed"}, category=shown),
    )
    assert found.suggested == 2
    assert found.suggested_ece == pytest.approx(0.75 - 0.5)
    assert found.suggested_ece_noise is not None


def test_a_likeliest_label_of_no_class_is_wrong_at_its_own_confidence() -> None:
    lamps = {"home.lighting": 0.8, SOFAS: 0.2, BEDS: 0.0, FACES: 0.0}
    found = category_of(reading(0, {"label": "sofa"}, category=lamps))
    (held,) = found.bins
    assert (held.confidence, held.accuracy) == (pytest.approx(0.8), 0.0)


def test_answers_count_what_was_said_of_each_class() -> None:
    found = category_of(
        reading(0, {"label": "sofa"}, suggested=SOFAS),
        reading(1, {"label": "sofa"}, suggested="home.furniture"),
        reading(2, {"label": "bed"}),
    )
    sofa, bed = found.answers
    assert (sofa.label, sofa.photos, sofa.likeliest) == ("sofa", 2, {SOFAS: 2})
    assert sofa.suggested == {SOFAS: 1, "home.furniture": 1}
    assert (bed.photos, bed.likeliest, bed.suggested) == (1, {SOFAS: 1}, {})


def test_slices_are_of_photos_for_sale_by_department_and_by_other_labels() -> None:
    found = category_of(
        reading(0, {"label": "sofa", "usage": "casual"}, suggested=SOFAS),
        reading(1, {"label": "bed", "usage": "casual"}, suggested=SOFAS),
        reading(2, {"label": "sofa", "usage": "sports"}),
        reading(3, {"label": "face", "usage": "casual"}),
        reading(4, {"label": "sofa"}),
    )
    home, casual, sports = found.slices
    assert (home.column, home.label, home.photos, home.top1) == ("department", "home", 4, 0.75)
    assert (casual.column, casual.label, casual.photos) == ("usage", "casual", 2)
    assert (casual.top1, casual.coverage, casual.precision) == (0.5, 1.0, 0.5)
    assert (sports.photos, sports.top1, sports.coverage, sports.precision) == (1, 1.0, 0.0, None)


def test_figures_are_none_where_no_photo_counts() -> None:
    found = category_of(reading(0, {"label": "face"}))
    assert (found.coverage, found.precision, found.broader) == (None, None, None)
    empty = category_of()
    assert (empty.ece, empty.not_listing_suggested, empty.abstentions) == (None, None, ())
    assert (empty.ece_noise, empty.suggested_ece, empty.suggested_ece_noise) == (None, None, None)
    assert (empty.answers, empty.slices) == ((), ())
    assert summarise_category((USAGE,), []) is None


def test_a_color_agrees_by_family_and_labels_of_no_family_are_left_out() -> None:
    found = summarise_color(
        "base_colour",
        judged(
            reading(0, {"base_colour": "Maroon"}, rgb=(200, 20, 30)),
            reading(1, {"base_colour": "Navy"}, rgb=(200, 20, 30)),
            reading(2, {"base_colour": "Multi"}, rgb=(200, 20, 30)),
        ),
    )
    assert found == ColorFindings("base_colour", 2, 0.5, 0.5, 0.5)
    assert summarise_color("base_colour", []) is None


def test_a_secondary_color_counts_apart() -> None:
    two = np.full((60, 60, 3), 255, np.uint8)
    two[8:52, 8:38], two[8:52, 38:52] = (200, 20, 30), (20, 60, 190)
    colors = ANALYZER.analyze(two)
    assert colors.primary is not None
    assert colors.secondary is not None
    assert {colors.primary.family, colors.secondary.family} == {"red", "blue"}
    labels = {"red": "Maroon", "blue": "Navy"}
    for color, primary in ((colors.primary, 1.0), (colors.secondary, 0.0)):
        listing = ANALYZER.combine([colors])
        one = replace(reading(0, {"base_colour": labels[color.family]}), listing_colors=listing)
        found = summarise_color("base_colour", judged(one))
        assert found is not None
        assert (found.family_top1, found.primary_or_secondary) == (primary, 1.0)


def test_the_pixels_own_color_is_counted_apart_from_the_record_s() -> None:
    one = reading(0, {"base_colour": "Maroon"}, rgb=(200, 20, 30))
    blue = ANALYZER.combine([ANALYZER.analyze(np.full((32, 32, 3), (20, 60, 190), np.uint8))])
    found = summarise_color("base_colour", judged(replace(one, listing_colors=blue)))
    assert found == ColorFindings("base_colour", 1, 0.0, 0.0, 1.0)
