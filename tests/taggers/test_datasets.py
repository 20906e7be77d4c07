"""How data sets' labels map to ids."""

import shutil
from itertools import combinations
from pathlib import Path

import pytest

from taggers.datafile import DATA
from taggers.datasets import available_datasets, expand, load_dataset_mapping
from taggers.errors import DataFileError, UnknownNameError
from taggers.taxonomy import Taxonomy


@pytest.mark.parametrize("name", available_datasets())
def test_labels_of_a_column_name_the_same_things_or_none_in_common(name: str) -> None:
    mapping = load_dataset_mapping(name)
    for column in mapping.columns:
        for one, other in combinations(mapping.expanded(column).values(), 2):
            assert one == other or not one & other


@pytest.mark.parametrize("name", available_datasets())
def test_an_expanded_label_holds_its_ids_and_all_below_them_that_no_narrower_label_names(
    name: str, taxonomy: Taxonomy
) -> None:
    mapping = load_dataset_mapping(name)
    for column, labels in mapping.columns.items():
        below = {label: expand(ids, taxonomy) for label, ids in labels.labels.items()}
        for label, ids in below.items():
            narrower = [other for other in below.values() if other < ids]
            assert mapping.expanded(column)[label] == ids - frozenset().union(*narrower)
            assert set(labels.labels[label]) & mapping.expanded(column)[label]


def test_a_label_does_not_stand_for_the_kinds_that_have_a_label_of_their_own() -> None:
    kinds = load_dataset_mapping("caltech101").expanded("label")
    assert kinds["windsor_chair"] == {"home.furniture.chairs.windsor_chairs"}
    assert {"home.furniture.chairs", "home.furniture.chairs.armchairs"} <= kinds["chair"]
    assert not kinds["chair"] & kinds["windsor_chair"]


def test_the_same_thing_in_two_sets_is_the_same_node() -> None:
    caltech = load_dataset_mapping("caltech101").columns["label"].labels
    fashion = load_dataset_mapping("fashion_products").columns["article_type"].labels
    music = load_dataset_mapping("musical_instruments").columns["label"].labels
    assert caltech["watch"] == fashion["Watches"] == ("watches",)
    assert caltech["accordion"] == music["acordian"]
    assert caltech["umbrella"] == fashion["Umbrellas"]
    assert caltech["soccer_ball"] == fashion["Footballs"]


def test_article_types_are_told_apart() -> None:
    mapping = load_dataset_mapping("fashion_products")
    labels = mapping.columns["article_type"].labels
    assert mapping.singled_out("article_type") == {ids[0] for ids in labels.values()}
    assert len(mapping.singled_out("article_type")) == len(labels) >= 142


def test_kinds_lumped_together_are_not_singled_out() -> None:
    mapping = load_dataset_mapping("clothing_photos")
    assert "clothing.dresses" in mapping.singled_out("label")
    assert "clothing.outerwear" not in mapping.singled_out("label")


def test_article_types_lie_within_their_sub_category_and_master_category() -> None:
    mapping = load_dataset_mapping("fashion_products")
    for coarse in ("sub_category", "master_category"):
        groups = mapping.expanded(coarse).values()
        for fine in mapping.expanded("article_type").values():
            assert sum(fine <= group for group in groups) == 1


def test_the_column_kinds_name_label_sets() -> None:
    columns = load_dataset_mapping("fashion_products").columns
    assert columns["article_type"].kind == "category"
    assert columns["usage"].kind == "facet.style"
    assert columns["gender"].kind == "facet.department"
    assert columns["base_colour"].kind == "facet.base_color"
    assert columns["base_colour"].leave_out == ("", "NA")


def test_an_unknown_data_set_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="caltech101, clothing_photos"):
        load_dataset_mapping("imagenet")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('kind = "mood"\n', "label.kind: 'mood' is not a label set"),
        (
            'kind = "category"\n[label.labels]\na = ["nope"]\n',
            "label.labels.a: 'nope' is not an id",
        ),
        (
            'kind = "category"\n[label.labels]\n'
            'a = ["watches", "clothing"]\nb = ["watches.smartwatches", "music"]\n',
            "label.labels.b: shares 'watches.smartwatches' with 'a'",
        ),
        ('kind = "category"\n[label.labels]\na = []\n', "label.labels.a: must not be empty"),
    ],
)
def test_a_broken_mapping_is_named_by_file_and_key(tmp_path: Path, text: str, problem: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    file = folder / "datasets" / "mine.toml"
    file.write_text(f"[label]\n{text}")
    with pytest.raises(DataFileError) as error:
        load_dataset_mapping("mine", folder)
    assert f"{file}: {problem}" in str(error.value)
