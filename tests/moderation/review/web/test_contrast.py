"""WCAG 2.2 contrast, computed from the style sheet's own colours, light and dark."""

import re

import pytest

from moderation.review.web.app import STATIC

TEXT, CONTROL = 4.5, 3.0
"""The least contrast of text (1.4.3 AA), and of what is needed to know a control (1.4.11)."""

PAIRS = [
    ("ink", "ground", TEXT),
    ("ink", "card", TEXT),
    ("ink", "tint", TEXT),
    ("soft", "ground", TEXT),
    ("soft", "card", TEXT),
    ("soft", "tint", TEXT),
    ("soft", "track", TEXT),
    ("accent", "ground", TEXT),
    ("accent", "card", TEXT),
    ("accent", "tint", TEXT),
    ("on-accent", "accent", TEXT),
    ("danger", "card", TEXT),
    ("danger", "tint", TEXT),
    ("danger", "ground", TEXT),
    ("danger", "danger-tint", TEXT),
    ("warn", "warn-tint", TEXT),
    ("control", "card", CONTROL),
    ("control", "ground", CONTROL),
    ("accent", "track", CONTROL),
    ("ink", "track", CONTROL),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def schemes() -> dict[str, dict[str, str]]:
    style = (STATIC / "desk.css").read_text("utf-8")
    light, dark = re.findall(r":root \{([^}]*)\}", style)
    found = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
    return {"light": dict(found.findall(light)), "dark": dict(found.findall(dark))}


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_colours_that_meet_can_be_told_apart(
    scheme: str, front: str, ground: str, least: float
) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[front], colours[ground]) >= least


def test_both_schemes_have_every_colour_and_every_colour_is_checked() -> None:
    light, dark = schemes().values()
    assert light.keys() == dark.keys()
    assert light.keys() - {"line"} == {name for pair in PAIRS for name in pair[:2]}


def test_no_other_colours_are_used_but_those_of_the_boxes() -> None:
    style = (STATIC / "desk.css").read_text("utf-8")
    rules = re.sub(r":root \{[^}]*\}", "", style)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)) == {"#000000", "#ffd84d"}
    assert contrast("#000000", "#ffd84d") >= TEXT
