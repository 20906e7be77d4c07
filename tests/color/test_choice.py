"""Which of a product's names are its primary and its secondary colour."""

from collections.abc import Mapping

import pytest

from color.choice import Choice, choose, families_named
from color.families import FAMILIES
from color.photo_colors import NamedColor
from color.settings import default_settings
from color.vocabulary import Vocabulary, load_vocabulary

SETTINGS = default_settings().decide
GENERIC = load_vocabulary("generic")
LOOKS = {
    "Black": ("#202020", (12.0, 0.0, 0.0)),
    "Orange": ("#f08020", (65.0, 45.0, 65.0)),
}


def shown(**shares: float) -> tuple[NamedColor, ...]:
    """A palette of black and orange."""
    return tuple(
        NamedColor(name, LOOKS[name][0], share, LOOKS[name][1], 0.5, name.lower(), (1 / 13,) * 13)
        for name, share in shares.items()
    )


def chosen(
    palette: tuple[NamedColor, ...], names: Mapping[str, float], vocabulary: Vocabulary = GENERIC
) -> Choice:
    """What is chosen where other evidence was weighed with the pixels."""
    return choose(palette, names, vocabulary, SETTINGS, sure=SETTINGS.sure)


def said(palette: tuple[NamedColor, ...], names: Mapping[str, float]) -> list[str]:
    choice = chosen(palette, names)
    return [one.name for one in (choice.primary, choice.secondary) if one is not None]


def test_an_unsure_primary_is_followed_by_the_next_likeliest_name() -> None:
    names = {"Black": 0.78, "Blue": 0.08, "Gray": 0.14}
    choice = chosen(shown(Black=1.0), names)
    assert choice.secondary is not None
    assert (choice.secondary.name, choice.secondary.family) == ("Gray", "gray")
    assert choice.secondary.confidence == pytest.approx(0.14)
    assert (choice.secondary.hex, choice.secondary.share) == (LOOKS["Black"][0], 1.0)


def test_pixels_alone_say_no_such_name() -> None:
    choice = choose(shown(Black=1.0), {"Black": 0.86, "Gray": 0.14}, GENERIC, SETTINGS)
    assert choice.secondary is None


def test_a_sure_primary_stands_alone() -> None:
    assert said(shown(Black=1.0), {"Black": 0.91, "Gray": 0.09}) == ["Black"]


def test_a_name_that_hardly_anyone_would_give_is_not_said() -> None:
    rest = {family.title(): 0.025 for family in FAMILIES if family != "black"}
    assert said(shown(Black=1.0), {"Black": 0.7, **rest}) == ["Black"]


def test_a_second_color_that_shows_comes_before_an_unlikely_name() -> None:
    names = {"Black": 0.8, "Blue": 0.15, "Orange": 0.03}
    assert said(shown(Black=0.6, Orange=0.4), names) == ["Black", "Orange"]


def test_a_name_that_many_would_give_comes_before_a_second_color_that_few_would() -> None:
    names = {"Black": 0.6, "Blue": 0.3, "Orange": 0.03}
    assert said(shown(Black=0.6, Orange=0.4), names) == ["Black", "Blue"]


def test_the_names_of_a_family_count_together() -> None:
    css = load_vocabulary("css")
    blues = [color.name for color in css.colors if color.family == "blue"]
    black = next(color for color in css.colors if color.name.lower() == "black")
    names = {black.name: 0.7, **dict.fromkeys(blues, 0.3 / len(blues))}
    assert max(names[name] for name in blues) < SETTINGS.unsure_other_name
    assert families_named(names, css)["blue"] == pytest.approx(0.3)
    palette = (NamedColor(black.name, "#202020", 1.0, (12.0, 0.0, 0.0), 0.5, "black"),)
    choice = chosen(palette, names, css)
    assert choice.secondary is not None
    assert choice.secondary.family == "blue"
