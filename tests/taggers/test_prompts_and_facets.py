"""The facets, what is not for sale, and the phrases of every label set."""

import shutil
from pathlib import Path

import pytest

from taggers.datafile import DATA
from taggers.errors import DataFileError
from taggers.facets import load_facets
from taggers.marketplace import load_marketplace
from taggers.prompts import load_not_listing, prompts_for_sets
from taggers.taxonomy import Taxonomy

FAMILIES = {
    "black", "white", "gray", "beige", "brown", "red", "pink", "orange", "yellow", "gold", "green",
    "blue", "purple", "multicolor",
}  # fmt: skip


def test_every_node_and_thing_of_the_category_set_has_prompts(taxonomy: Taxonomy) -> None:
    category = prompts_for_sets()["category"]
    assert set(category) == set(taxonomy.nodes) | set(load_not_listing())
    assert all(2 <= len(prompts) <= 4 for prompts in category.values())


def test_every_facet_has_a_set_of_prompts() -> None:
    sets = prompts_for_sets()
    assert set(sets) == {"category"} | {f"facet.{name}" for name in load_facets()}
    assert {"facet.style", "facet.department", "facet.season", "facet.base_color"} < set(sets)


def test_no_two_labels_of_a_set_share_a_prompt() -> None:
    for prompts in prompts_for_sets().values():
        phrases = [phrase for label in prompts.values() for phrase in label]
        assert len(set(phrases)) == len(phrases)


def test_every_base_color_belongs_to_a_generic_family_and_no_other_facet_does() -> None:
    for name, facet in load_facets().items():
        families = {label.family for label in facet.labels.values()}
        assert families == (FAMILIES if name == "base_color" else {None})


def test_a_department_is_exclusive_and_styles_are_not() -> None:
    facets = load_facets()
    assert facets["department"].exclusive
    assert not facets["style"].exclusive
    assert len(facets["style"].labels) >= 40


def test_every_style_name_is_one_that_etsy_takes() -> None:
    letters_digits_spaces = load_marketplace("etsy").tags
    for label in load_facets()["style"].labels.values():
        wrong = set(letters_digits_spaces.disallowed(label.name)) | (set(label.name) & set("-'"))
        assert not wrong, label.name


def test_a_facet_without_labels_is_named_by_file_and_key(tmp_path: Path) -> None:
    shutil.copy(DATA / "taxonomy.toml", tmp_path)
    file = tmp_path / "facets.toml"
    file.write_text('[mood]\ndescription = "d"\nexclusive = true\n[mood.labels]\n')
    with pytest.raises(DataFileError, match=r"facets\.toml: mood: has no labels"):
        load_facets(tmp_path)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('exclusive = "yes"', "mood.exclusive: must be true or false"),
        ("exclusive = true\napplies_to = ['moon']", "mood.applies_to: 'moon' is not a department"),
    ],
)
def test_a_broken_facet_is_named_by_file_and_key(tmp_path: Path, line: str, problem: str) -> None:
    shutil.copy(DATA / "taxonomy.toml", tmp_path)
    file = tmp_path / "facets.toml"
    label = '[mood.labels.happy]\nname = "Happy"\nprompts = ["a happy item"]\n'
    file.write_text(f'[mood]\ndescription = "d"\n{line}\n{label}')
    with pytest.raises(DataFileError) as error:
        load_facets(tmp_path)
    assert str(error.value) == f"{file}: {problem}"


def test_a_thing_that_is_not_for_sale_needs_its_prefix(tmp_path: Path) -> None:
    shutil.copy(DATA / "not_listing.toml", tmp_path)
    file = tmp_path / "not_listing.toml"
    file.write_text(file.read_text() + '\n["unicorn"]\nname = "U"\nprompts = ["a unicorn"]\n')
    with pytest.raises(DataFileError, match=r"unicorn: an id starts with 'not_listing\.'"):
        load_not_listing(tmp_path)
