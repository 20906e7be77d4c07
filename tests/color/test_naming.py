import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from color import (
    Namer,
    available_vocabularies,
    family,
    family_probabilities,
    generic_families,
    load_vocabulary,
)
from color.family import load_family_model, parse_family_model
from color.naming import Surface

PLAIN = {
    "#000000": "black",
    "#ffffff": "white",
    "#808080": "gray",
    "#e50000": "red",
    "#ff81c0": "pink",
    "#f97306": "orange",
    "#ffff14": "yellow",
    "#15b01a": "green",
    "#0343df": "blue",
    "#7e1e9c": "purple",
    "#653700": "brown",
    "#d8c8b0": "beige",
}


MATT = Surface()
SHINY = Surface(1.0, 1.0)


def best(vocabulary: str, color: str, surface: Surface = MATT) -> str:
    namer = Namer(load_vocabulary(vocabulary))
    return namer.vocabulary.names[int(namer.probabilities([color], surface)[0].argmax())]


@pytest.mark.parametrize(("color", "family"), PLAIN.items())
def test_the_survey_s_commonest_colors_have_their_names(color: str, family: str) -> None:
    probabilities = family_probabilities([color])[0]
    assert generic_families()[int(probabilities.argmax())] == family


@settings(max_examples=40, deadline=None)
@given(
    lab=arrays(np.float64, (3, 3), elements=st.floats(-120, 120)),
    vocabulary=st.sampled_from(available_vocabularies()),
    shine=st.floats(0, 1),
)
def test_probabilities_sum_to_one_everywhere(
    lab: np.ndarray, vocabulary: str, shine: float
) -> None:
    lab[:, 0] = np.abs(lab[:, 0]) / 1.2
    found = Namer(load_vocabulary(vocabulary)).probabilities(lab, Surface(shine, shine))
    assert found.shape == (3, len(load_vocabulary(vocabulary).colors))
    assert np.all(found >= 0)
    assert np.allclose(found.sum(axis=1), 1.0)


def test_a_batch_is_named_as_its_members() -> None:
    namer = Namer(load_vocabulary("etsy"))
    colors = list(PLAIN)
    together = namer.probabilities(colors)
    apart = np.concatenate([namer.probabilities([color]) for color in colors])
    assert np.allclose(together, apart)


@pytest.mark.parametrize("vocabulary", ["etsy", "poshmark", "ebay"])
def test_metals_are_not_said_of_what_does_not_shine(vocabulary: str) -> None:
    namer = Namer(load_vocabulary(vocabulary))
    grid = np.stack(np.meshgrid([20.0, 50, 80], [-40.0, 0, 40], [-40.0, 0, 40, 70]), -1)
    found = namer.probabilities(grid.reshape(-1, 3))
    metallic = [color.metallic for color in namer.vocabulary.colors]
    assert found[:, metallic].max() < 1e-6


def test_what_cannot_be_seen_is_never_said() -> None:
    namer = Namer(load_vocabulary("etsy"))
    grid = np.stack(np.meshgrid([10.0, 50, 95], [-40.0, 0, 40], [-40.0, 0, 40]), -1)
    found = namer.probabilities(grid.reshape(-1, 3), Surface(1.0, 1.0))
    for name in ("Clear", "Rainbow"):
        assert found[:, namer.vocabulary.names.index(name)].max() == 0.0


@pytest.mark.parametrize(
    ("vocabulary", "color", "name"),
    [
        ("poshmark", "#fffdd0", "Cream"),
        ("poshmark", "#c2a878", "Tan"),
        ("poshmark", "#1d3f8f", "Blue"),
        ("ebay", "#d8c7a0", "Beige"),
        ("css", "#ff6347", "tomato"),
        ("css", "#000080", "navy"),
        ("css", "#ffffff", "white"),
    ],
)
def test_each_vocabulary_has_its_finer_words(vocabulary: str, color: str, name: str) -> None:
    assert best(vocabulary, color) == name


def test_shiny_silver_gray_is_silver_on_etsy_and_gray_where_it_is_matt() -> None:
    assert best("etsy", "#c5c9c7", SHINY) == "Silver"
    assert best("etsy", "#c5c9c7") == "Gray"


@pytest.mark.parametrize("color", ["red", "#12345", "#gggggg"])
def test_what_is_not_a_hex_code_is_refused(color: str) -> None:
    with pytest.raises(ValueError, match=r"#rrggbb|hexadecimal"):
        family_probabilities([color])


def test_arrays_that_are_not_lab_are_refused() -> None:
    with pytest.raises(ValueError, match="N x 3"):
        family_probabilities(np.zeros((4, 2)))


def test_a_model_for_other_families_is_refused() -> None:
    with pytest.raises(ValueError, match="families"):
        parse_family_model({"families": ["red"], "naming": []})


@pytest.mark.parametrize("missing", ["naming", "groups", "product", "context", "limits"])
def test_a_model_without_a_part_is_refused(missing: str) -> None:
    text = Path(family.__file__).with_name("families.json").read_text(encoding="utf-8")
    document = json.loads(text)
    del document[missing]
    with pytest.raises(ValueError, match=missing):
        parse_family_model(document)


def test_networks_that_do_not_fit_are_refused() -> None:
    text = Path(family.__file__).with_name("families.json").read_text(encoding="utf-8")
    document = json.loads(text)
    document["context"] = document["naming"]
    with pytest.raises(ValueError, match="context network"):
        parse_family_model(document)


def test_the_carried_model_loads_and_names_any_color() -> None:
    rng = np.random.default_rng(3)
    lab = rng.uniform([0, -100, -100], [100, 100, 100], (500, 3))
    assert np.allclose(load_family_model().probabilities(lab).sum(axis=1), 1.0)
