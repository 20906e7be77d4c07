"""Which columns are measured, and the classes that they tell apart."""

import pytest

from taggers.datasets import load_dataset_mapping
from vision.evaluation.columns import label_columns, main_category
from weights.bundle import Bundle
from weights.catalog import EMBEDDED, find_bundle


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return find_bundle(EMBEDDED)


def test_columns_that_the_file_lacks_are_left_out(bundle: Bundle) -> None:
    mapping = load_dataset_mapping("fashion_products")
    columns = label_columns(mapping, {"usage", "sub_category", "title"}, bundle)
    assert [column.name for column in columns] == ["sub_category", "usage"]
    assert label_columns(mapping, {"title"}, bundle) == ()


def test_the_first_category_column_judges_what_is_suggested(bundle: Bundle) -> None:
    mapping = load_dataset_mapping("fashion_products")
    columns = label_columns(mapping, mapping.columns, bundle)
    main = main_category(columns)
    assert main is not None
    assert main.name == "article_type"
    assert main_category([column for column in columns if column.kind != "category"]) is None


def test_labels_of_one_meaning_are_one_class(bundle: Bundle) -> None:
    (column,) = label_columns(load_dataset_mapping("caltech101"), {"label"}, bundle)
    assert column.places["Faces"] == column.places["Faces_easy"]
    assert column.classes[column.places["Faces"]].name == "Faces / Faces_easy"
    assert len({known.ids for known in column.classes}) == len(column.classes)


def test_only_labels_of_things_for_sale_are_for_sale(bundle: Bundle) -> None:
    (column,) = label_columns(load_dataset_mapping("caltech101"), {"label"}, bundle)
    assert column.classes[column.places["camera"]].for_sale
    assert not column.classes[column.places["Faces"]].for_sale


def test_a_class_has_the_threshold_of_its_own_id(bundle: Bundle) -> None:
    (column,) = label_columns(load_dataset_mapping("furniture"), {"label"}, bundle)
    calibration = bundle.label_sets["category"].calibration
    for known in column.classes:
        own = load_dataset_mapping("furniture").columns["label"].labels[known.name]
        assert known.threshold == min(calibration.threshold(one) for one in own)
        assert set(known.visible) <= known.ids & calibration.visible


def test_values_that_say_nothing_are_no_unknown_labels(bundle: Bundle) -> None:
    mapping = load_dataset_mapping("fashion_products")
    (column,) = label_columns(mapping, {"base_colour"}, bundle)
    assert column.says_nothing("NA")
    assert column.says_nothing("")
    assert not column.says_nothing("Blurple")
