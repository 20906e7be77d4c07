"""Weighing what else is known of a product's colour with its pixels."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from color import ColorAnalyzer, Evidence, PhotoColors, available_vocabularies, generic_families
from color.evidence import load_mixing, parse_mixing
from tests.color.drawing import Triple, product

FAMILIES = generic_families()
WHITE = (255, 255, 255)
GRAY, TAUPE = (150, 150, 152), (150, 138, 128)


def sure_of(family: str, probability: float = 0.9) -> dict[str, float]:
    others = (1.0 - probability) / (len(FAMILIES) - 1)
    return {one: probability if one == family else others for one in FAMILIES}


def photo_of(analyzer: ColorAnalyzer, color: Triple) -> PhotoColors:
    return analyzer.analyze(product(color, WHITE))


@pytest.mark.parametrize(
    "evidence",
    [None, Evidence(), Evidence(sure_of("red"), weight=0.0), Evidence({"multicolor": 0.1})],
    ids=["none", "empty", "without weight", "of no family"],
)
def test_without_evidence_on_the_hue_the_pixels_alone_decide(
    analyzer: ColorAnalyzer, evidence: Evidence | None
) -> None:
    photo = photo_of(analyzer, (40, 125, 55))
    found = analyzer.combine([photo], evidence)
    assert found.primary is not None
    assert photo.primary is not None
    assert (found.primary.name, found.primary.hex) == ("Green", photo.primary.hex)
    assert found.primary.confidence == pytest.approx(photo.primary.confidence)


def test_evidence_decides_between_neighbours(analyzer: ColorAnalyzer) -> None:
    photo = photo_of(analyzer, TAUPE)
    names = []
    for family in ("gray", "brown"):
        primary = analyzer.combine([photo], Evidence(sure_of(family))).primary
        assert primary is not None
        names.append(primary.name)
    assert names == ["Gray", "Brown"]


def test_evidence_never_changes_what_was_measured(analyzer: ColorAnalyzer) -> None:
    photo = photo_of(analyzer, TAUPE)
    alone = analyzer.combine([photo])
    found = analyzer.combine([photo], Evidence(sure_of("brown")))
    assert [color.hex for color in found.palette] == [color.hex for color in alone.palette]
    assert [color.share for color in found.palette] == [color.share for color in alone.palette]


def test_plain_pixels_are_not_talked_over(analyzer: ColorAnalyzer) -> None:
    found = analyzer.combine([photo_of(analyzer, (30, 60, 180))], Evidence(sure_of("red", 0.6)))
    assert found.primary is not None
    assert found.primary.name == "Blue"


def test_more_weight_never_makes_the_evidence_s_family_less_likely() -> None:
    mixing, pixels = load_mixing(), np.full(13, 1 / 13)
    said = sure_of("brown", 0.8)
    likely = [
        float(mixing(pixels, Evidence(said, weight))[FAMILIES.index("brown")])
        for weight in np.linspace(0, 1, 6)
    ]
    assert likely == sorted(likely)
    assert likely[0] == pytest.approx(1 / 13)


def test_another_name_is_said_only_where_trusted_evidence_leaves_the_first_unsure(
    analyzer: ColorAnalyzer,
) -> None:
    photo = replace(photo_of(analyzer, (40, 42, 48)), families=sure_of("black", 0.4))
    said = dict.fromkeys(FAMILIES, 0.003) | {"black": 0.8, "gray": 0.15}
    trusted, doubted = (
        analyzer.combine([photo], Evidence(said, weight)).secondary for weight in (1.0, 0.1)
    )
    sure = analyzer.combine([photo], Evidence(sure_of("black", 0.999))).secondary
    assert trusted is not None
    assert trusted.name == "Gray"
    assert doubted is None
    assert sure is None


def test_metal_evidence_gives_the_metal_s_name_where_there_is_one() -> None:
    etsy, generic = ColorAnalyzer("etsy"), ColorAnalyzer("generic")
    evidence = Evidence(metal={"gray": 0.97})
    for analyzer, name in ((etsy, "Silver"), (generic, "Gray")):
        photo = photo_of(analyzer, GRAY)
        plain = analyzer.combine([photo]).primary
        metal = analyzer.combine([photo], evidence).primary
        assert plain is not None
        assert metal is not None
        assert (plain.name, metal.name) == ("Gray", name)


def test_metal_evidence_does_not_turn_other_families_to_metal() -> None:
    etsy = ColorAnalyzer("etsy")
    found = etsy.combine([photo_of(etsy, (30, 60, 180))], Evidence(metal={"gray": 1.0}))
    assert found.primary is not None
    assert found.primary.name == "Blue"


def test_multicolor_evidence_needs_colors_too(analyzer: ColorAnalyzer) -> None:
    evidence = Evidence({"multicolor": 0.9})
    plain = photo_of(analyzer, (40, 125, 55))
    assert not analyzer.combine([plain], evidence).multicolor
    photo = product((40, 125, 55), WHITE)
    rows = np.arange(160)[:, None]
    inside = photo.astype(int).sum(axis=2) < 600
    photo[inside & (rows > 75)] = (196, 20, 30)
    photo[inside & (rows > 105)] = (32, 70, 180)
    colored = analyzer.analyze(photo)
    assert not analyzer.combine([colored]).multicolor
    assert analyzer.combine([colored], evidence).multicolor


chances = st.floats(0, 1)


@settings(max_examples=40, deadline=None)
@given(
    families=st.dictionaries(st.sampled_from([*FAMILIES, "multicolor"]), chances),
    metal=st.dictionaries(st.sampled_from(FAMILIES), chances),
    weight=chances,
    colors=st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=3),
    vocabulary=st.sampled_from(available_vocabularies()),
)
def test_whatever_the_evidence_the_guarantees_hold(
    families: dict[str, float],
    metal: dict[str, float],
    weight: float,
    colors: list[Triple],
    vocabulary: str,
) -> None:
    analyzer = ColorAnalyzer(vocabulary)
    photos = [analyzer.analyze(np.full((9, 9, 3), color, np.uint8)) for color in colors]
    found = analyzer.combine(photos, Evidence(families, weight, metal))
    assert found.primary is not None
    assert found.primary.name in {color.name for color in found.palette}
    assert math.isclose(sum(color.share for color in found.palette), 1.0, abs_tol=1e-9)
    for color in (found.primary, *found.palette):
        assert all(math.isfinite(value) for value in (color.share, color.confidence, *color.lab))
    if found.secondary is not None:
        assert found.secondary.name != found.primary.name
    assert found == analyzer.combine(photos, Evidence(families, weight, metal))


@pytest.mark.parametrize(
    ("families", "weight", "metal"),
    [({"red": 1.2}, 1.0, {}), ({}, -0.1, {}), ({}, 1.0, {"gray": float("nan")})],
)
def test_what_is_no_probability_is_refused(
    families: dict[str, float], weight: float, metal: dict[str, float]
) -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        Evidence(families, weight, metal)


def document(**changes: object) -> dict[str, object]:
    weights = {name: [0.5] * 13 for name in ("pixels", "evidence", "bias")}
    return {"families": list(FAMILIES), **weights, "floor": 0.01, **changes}


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (document(families=["red"]), "families"),
        (document(pixels=[0.5] * 12), "13 finite weights"),
        (document(evidence=[-0.5] * 13), "at least 0"),
        (document(floor=0.0), "floor"),
        ({"families": list(FAMILIES)}, "not the weights"),
    ],
)
def test_broken_weights_are_refused(broken: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_mixing(broken)
