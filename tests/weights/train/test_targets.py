"""A data set's value stands for the rows of all the nodes that would be right."""

import pytest

from taggers.datasets import load_dataset_mapping
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS
from weights.train.targets import UNLABELLED, LabelIndex, category_index, facet_index


@pytest.fixture(scope="module")
def index() -> LabelIndex:
    return category_index()


def right(index: LabelIndex, dataset: str, value: str) -> set[str]:
    mask = index.masks[index.value_rows[dataset][value]]
    return {label for label, held in zip(index.labels, mask.tolist(), strict=True) if held}


def test_a_value_of_one_leaf_is_right_for_that_leaf_alone(index: LabelIndex) -> None:
    assert right(index, "furniture", "bed") == {"home.furniture.beds"}


def test_a_value_of_several_nodes_is_right_for_each_of_them(index: LabelIndex) -> None:
    hats = {"accessories.headwear.caps", "accessories.headwear.hats"}
    assert right(index, "clothing_photos", "hat") == hats | {"accessories.headwear.beanies"}


def test_a_value_of_a_parent_is_right_for_what_is_learnt_below_it(index: LabelIndex) -> None:
    outerwear = right(index, "clothing_photos", "outwear")
    assert {"clothing.outerwear", "clothing.outerwear.jackets"} <= outerwear


@pytest.mark.parametrize("dataset", CATEGORY_COLUMNS)
def test_every_value_has_a_right_row(index: LabelIndex, dataset: str) -> None:
    known = load_dataset_mapping(dataset).columns[CATEGORY_COLUMNS[dataset]].labels
    assert set(index.value_rows[dataset]) == set(known)
    assert all(right(index, dataset, value) for value in known)


def test_targets_are_mask_rows_and_unknown_values_are_unlabelled(index: LabelIndex) -> None:
    rows = index.value_rows["furniture"]
    found = index.targets("furniture", ["sofa", "spaceship", "bed"])
    assert found.tolist() == [rows["sofa"], UNLABELLED, rows["bed"]]
    assert index.targets("another", ["sofa"]).tolist() == [UNLABELLED]


@pytest.mark.parametrize("name", FACET_COLUMNS)
def test_facets_are_labelled_by_the_fashion_set_alone(name: str) -> None:
    index = facet_index(name)
    assert set(index.value_rows) == {"fashion_products"}
    assert index.masks.any(dim=1).all()
    assert index.masks.any(dim=0).all()
