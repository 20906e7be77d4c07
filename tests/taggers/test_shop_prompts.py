"""The prompt sets for full CLIPs: every label of every facet, and files that say what is wrong."""

import shutil
from pathlib import Path

import pytest

from taggers.datafile import DATA
from taggers.errors import DataFileError
from taggers.facets import NONE_OF_THESE, load_facets
from taggers.shop_prompts import load_shop_prompts
from taggers.taxonomy import Taxonomy

FACETS = ("style", "pattern", "material", "occasion", "room", "season", "department", "photo_kind")


def test_categories_are_asked_for_over_the_whole_taxonomy_level_by_level(
    taxonomy: Taxonomy,
) -> None:
    category = load_shop_prompts()["category"]
    assert category.scoring == "levels"
    assert set(taxonomy.nodes) < set(category.prompts)


@pytest.mark.parametrize("name", FACETS)
def test_every_label_of_a_facet_has_phrases_and_so_has_none_of_these(name: str) -> None:
    known, facet = load_shop_prompts()[f"facet.{name}"], load_facets()[name]
    assert list(known.prompts) == [*facet.labels, NONE_OF_THESE]
    assert all(2 <= len(phrases) <= 6 for phrases in known.prompts.values())
    several = not (facet.exclusive or facet.each_photo)
    assert known.scoring == ("independent" if several else "softmax")


def test_colours_are_measured_and_not_asked_for() -> None:
    assert "facet.base_color" not in load_shop_prompts()


def test_there_are_forty_styles_and_the_ones_that_shops_filter_by() -> None:
    styles = load_shop_prompts()["facet.style"].prompts
    assert len(styles) - 1 >= 40
    assert {
        "bohemian", "minimalist", "vintage", "art_deco", "farmhouse", "streetwear", "cottagecore",
        "mid_century_modern", "steampunk",
    } <= set(styles)  # fmt: skip


def test_styles_may_be_several_and_photo_kinds_are_of_each_photo() -> None:
    facets = load_facets()
    assert not facets["style"].exclusive
    assert facets["photo_kind"].each_photo
    assert not facets["department"].each_photo


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "prompts")
    (tmp_path / "data" / "prompts").mkdir()
    return tmp_path / "data"


SEASONS = """
spring = ["a", "b"]
summer = ["c", "d"]
fall = ["e", "f"]
winter = ["g", "h"]
"""


def write(data: Path, text: str, name: str = "season") -> Path:
    file = data / "prompts" / f"{name}.toml"
    file.write_text(text)
    return file


def test_a_file_of_prompts_is_read(data: Path) -> None:
    write(data, f'templates = ["{{}}!"]\nnone = ["i", "j"]\n[labels]{SEASONS}')
    season = load_shop_prompts(data)["facet.season"]
    assert season.prompts["fall"] == ("e", "f")
    assert season.prompts[NONE_OF_THESE] == ("i", "j")
    assert season.templates == ("{}!",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"[labels]{SEASONS}", "none: is missing"),
        (f'none = ["i"]\n[labels]{SEASONS}', "none: needs at least 2 phrases"),
        (f'none = ["i", "j"]\n[labels]{SEASONS}monsoon = ["k", "l"]', "labels.monsoon: is not a"),
        ('none = ["i", "j"]\n[labels]\nspring = ["a", "b"]', "labels.summer: is missing"),
        (f'none = ["i", "a"]\n[labels]{SEASONS}', "the phrase 'a' is given twice"),
        (f'none = ["i", "j"]\nmood = 1\n[labels]{SEASONS}', "mood: is not a known key"),
        (f'none = ["i", "j"]\ntemplates = ["x"]\n[labels]{SEASONS}', "templates: 'x' must hold {}"),
        (
            f'none = ["i", "j"]\ntemplates = ["{{}} {{a}}"]\n[labels]{SEASONS}',
            "templates: '{} {a}' must hold {} once",
        ),
    ],
)
def test_a_broken_file_of_prompts_is_named_with_its_key(
    data: Path, text: str, problem: str
) -> None:
    file = write(data, text)
    with pytest.raises(DataFileError) as error:
        load_shop_prompts(data)
    assert str(error.value).startswith(f"{file}: {problem}")


def test_a_file_that_is_no_facets_is_refused(data: Path) -> None:
    write(data, 'none = ["a", "b"]\n', "mood")
    with pytest.raises(DataFileError, match=r"mood\.toml: 'mood' is not a facet; known: style"):
        load_shop_prompts(data)
