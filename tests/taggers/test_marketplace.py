"""Marketplace profiles: the published limits, and files of one's own."""

from pathlib import Path

import pytest

from taggers.errors import DataFileError, UnknownNameError
from taggers.marketplace import available_marketplaces, load_marketplace

MINE = """title = "Mine"
max_styles = 1
max_colors = 1
color_vocabulary = "generic"
[tags]
max_count = 5
max_length = 10
classes = ["L"]
marks = "-"
"""


def test_etsy_takes_13_tags_of_20_characters_two_styles() -> None:
    etsy = load_marketplace("etsy")
    assert (etsy.tags.max_count, etsy.tags.max_length, etsy.max_styles) == (13, 20, 2)
    assert etsy.tags.disallowed("Zoë's 2-pack ™©®") == ""
    assert etsy.tags.disallowed("a&b_½/a&") == "&_½/"


def test_poshmark_takes_two_colors_of_its_own_list() -> None:
    poshmark = load_marketplace("poshmark")
    assert (poshmark.max_colors, poshmark.color_vocabulary) == (2, "poshmark")


def test_ebay_wants_500_pixels_on_the_longest_side() -> None:
    assert load_marketplace("ebay").minimum_longest_side == 500


def test_the_shipped_profiles_load() -> None:
    assert available_marketplaces() == ("ebay", "etsy", "generic", "poshmark")
    assert [load_marketplace(name).name for name in available_marketplaces()] == list(
        available_marketplaces()
    )


def test_a_profile_of_ones_own_loads_from_its_path(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    assert load_marketplace(file).title == "Mine"
    assert load_marketplace(str(file)).minimum_longest_side is None


def test_an_unknown_name_lists_the_valid_ones() -> None:
    with pytest.raises(UnknownNameError, match="no marketplace 'amazon'; known: ebay, etsy, gener"):
        load_marketplace("amazon")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("max_count = 5", "max_count = 0", "tags.max_count: must be a whole number of at least 1"),
        ("max_length = 10", "", "tags.max_length: is missing"),
        ('classes = ["L"]', 'classes = ["L", "L"]', "tags.classes: names the same thing twice"),
        ('title = "Mine"', 'title = "Mine"\nlogo = "x"', "logo: is not a known key"),
        ('title = "Mine"', 'title = " "', "title: must be a text that is not empty"),
    ],
)
def test_a_broken_profile_is_named_by_file_and_key(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE.replace(old, new))
    with pytest.raises(DataFileError) as error:
        load_marketplace(file)
    assert str(error.value) == f"{file}: {problem}"


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"gone\.toml: cannot be read"):
        load_marketplace(tmp_path / "gone.toml")
