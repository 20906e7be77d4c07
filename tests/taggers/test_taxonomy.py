"""The tree: its shape, and the errors that name file and key."""

import shutil
from pathlib import Path

import pytest

from taggers.datafile import DATA
from taggers.errors import DataFileError
from taggers.folding import fold
from taggers.taxonomy import MAX_DEPTH, Taxonomy, load_taxonomy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def test_the_mug_has_the_path_a_shopper_would_follow(taxonomy: Taxonomy) -> None:
    mugs = taxonomy.nodes["home.kitchen.drinkware.mugs"]
    assert mugs.path == ("Home & Living", "Kitchen & Dining", "Drinkware", "Mugs")
    assert mugs.parent == "home.kitchen.drinkware"
    assert mugs.synonyms[0] == "mug"


def test_ancestors_come_nearest_first(taxonomy: Taxonomy) -> None:
    assert taxonomy.ancestors("home.kitchen.drinkware.mugs") == (
        "home.kitchen.drinkware",
        "home.kitchen",
        "home",
    )


def test_descendants_are_exactly_the_nodes_that_have_the_node_as_ancestor(
    taxonomy: Taxonomy,
) -> None:
    for node_id in taxonomy.nodes:
        expected = {other for other in taxonomy.nodes if node_id in taxonomy.ancestors(other)}
        assert set(taxonomy.descendants(node_id)) == expected
        assert len(taxonomy.descendants(node_id)) == len(expected)


def test_children_lie_one_level_below(taxonomy: Taxonomy) -> None:
    for node_id in taxonomy.nodes:
        for child in taxonomy.children(node_id):
            assert taxonomy.nodes[child].parent == node_id


def test_leaves_have_no_children_and_every_other_node_has(taxonomy: Taxonomy) -> None:
    leaves = set(taxonomy.leaves())
    assert all(bool(taxonomy.children(node)) != (node in leaves) for node in taxonomy.nodes)


def test_the_tree_is_four_levels_deep_at_most(taxonomy: Taxonomy) -> None:
    assert max(len(node.path) for node in taxonomy.nodes.values()) == MAX_DEPTH


def test_siblings_have_different_names(taxonomy: Taxonomy) -> None:
    for node_id in taxonomy.nodes:
        names = [taxonomy.nodes[child].name.casefold() for child in taxonomy.children(node_id)]
        assert len(set(names)) == len(names)


def test_synonyms_of_a_node_differ_by_more_than_case_or_number(taxonomy: Taxonomy) -> None:
    repeated = [
        node.id
        for node in taxonomy.nodes.values()
        if len({fold(word) for word in node.synonyms}) != len(node.synonyms)
    ]
    assert repeated == []


def test_prompts_stand_for_one_node_only_and_hold_no_template_words(taxonomy: Taxonomy) -> None:
    prompts = [prompt for node in taxonomy.nodes.values() for prompt in node.prompts]
    assert len(set(prompts)) == len(prompts)
    assert not [prompt for prompt in prompts if "a photo of" in prompt]


@pytest.mark.parametrize(
    ("addition", "key"),
    [
        ('["watches.Smart Ones"]\n', "watches.Smart Ones"),
        ('["watches.a.b.c.d"]\n', "watches.a.b.c.d"),
        ('["watches.missing.child"]\n', "watches.missing.child"),
        ('["bags.stray"]\n', "bags.stray"),
        ('["watches.new"]\nsynonyms = ["new"]\nprompts = ["a new one"]\n', "watches.new.name"),
        ('["watches.new"]\nname = "N"\nsynonyms = ["n"]\nprompts = []\n', "watches.new.prompts"),
        ('["watches.new"]\nname = "N"\nsynonyms = [3]\nprompts = ["n"]\n', "watches.new.synonyms"),
        (
            '["watches.new"]\nname = "N"\nsynonyms = ["n"]\nprompts = ["n"]\nprompt = "n"\n',
            "watches.new.prompt",
        ),
    ],
)
def test_a_broken_node_is_named_by_file_and_key(folder: Path, addition: str, key: str) -> None:
    file = folder / "taxonomy" / "watches.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n" + addition, encoding="utf-8")
    with pytest.raises(DataFileError) as error:
        load_taxonomy(folder)
    assert str(error.value).startswith(f"{file}: {key}: ")


def test_an_id_given_twice_is_an_error_that_names_the_file(folder: Path) -> None:
    file = folder / "taxonomy" / "watches.toml"
    file.write_text(file.read_text(encoding="utf-8") * 2, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"watches\.toml: is not TOML"):
        load_taxonomy(folder)


def test_a_missing_department_file_is_named(folder: Path) -> None:
    (folder / "taxonomy" / "watches.toml").unlink()
    with pytest.raises(DataFileError, match=r"watches\.toml: cannot be read"):
        load_taxonomy(folder)
