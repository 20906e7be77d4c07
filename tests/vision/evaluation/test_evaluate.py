"""Whole evaluations of drawn photos with the embedded bundle."""

import json
from pathlib import Path

import pytest

from taggers import UnknownNameError
from tests.vision.evaluation.photo_sets import BROKEN, furniture, shapes, write_set
from vision import Enricher
from vision.evaluation.document import document
from vision.evaluation.errors import EvaluationError
from vision.evaluation.evaluate import evaluate
from vision.evaluation.reading import Reader, Reading
from vision.evaluation.rows import read_rows
from vision.evaluation.table import table
from weights.bundle import NEEDED

FASHION = {
    "article_type": ["Tshirts", "Heels", "Watches", "Tshirts", "Unheard Of", ""],
    "base_colour": ["Red", "Blue", "Green", "Black", "Multi", "NA"],
    "usage": ["Casual", "Formal", "Casual", "Sports", "Casual", None],
}


def without_speed(found: dict[str, object]) -> dict[str, object]:
    (file,) = found["files"]  # type: ignore[misc]
    del file["photos_per_second"]
    return found


def test_every_figure_of_a_file_is_in_the_document(reader: Reader, tmp_path: Path) -> None:
    path = write_set(tmp_path / "fashion_products.parquet", shapes(6), FASHION)
    found = json.loads(json.dumps(document(evaluate([path], reader))))
    bundle = reader.bundle
    assert found["bundle"] == {
        "name": bundle.name,
        "version": bundle.version,
        "sha256": bundle.sha256,
        "files": {name: bundle.manifest.files[name] for name in NEEDED},
    }
    (file,) = found["files"]
    expected = {
        f"{column}.{figure}"
        for column in FASHION
        for figure in ("top1", "top5", "macro_f1", "support")
    }
    expected |= {f"embedding.{column}.knn1" for column in FASHION}
    expected |= {"category.coverage", "category.precision", "category.ece", "category.ece_noise"}
    expected |= {"color.family_top1", "color.primary_or_secondary", "color.pixels_family_top1"}
    assert expected <= set(file)
    assert (file["photos"], file["unreadable"]) == (6, 0)
    assert file["photos_per_second"] > 0
    assert (file["article_type.support"], file["usage.support"]) == (4, 5)
    assert "category.not_listing_suggested" not in file
    assert {"category.suggested_ece", "category.suggested_ece_noise"} <= set(file)
    assert sum(one["photos"] for one in file["answers"]) == 4
    assert {one["column"] for one in file["slices"]} == {"department", "base_colour", "usage"}
    assert all(0 <= file[key] <= 1 for key in expected if "support" not in key and file[key])


def test_plain_shapes_have_the_color_that_they_were_drawn_in(
    reader: Reader, tmp_path: Path
) -> None:
    path = write_set(tmp_path / "fashion_products.parquet", shapes(6), FASHION)
    (file,) = evaluate([path], reader).files
    assert file.color is not None
    assert (file.color.support, file.color.family_top1) == (4, 1.0)


def test_unknown_labels_are_reported_and_left_out(reader: Reader, tmp_path: Path) -> None:
    path = write_set(tmp_path / "fashion_products.parquet", shapes(6), FASHION)
    findings = evaluate([path], reader)
    assert findings.files[0].unknown_labels == {"article_type": {"Unheard Of": 1}}
    assert "unknown labels of article_type, left out: 'Unheard Of' (1)" in table(findings)


def test_columns_that_are_absent_are_not_missed(reader: Reader, tmp_path: Path) -> None:
    path = write_set(tmp_path / "a.parquet", shapes(2), {"usage": ["Casual", "Sports"]})
    (file,) = evaluate([path], reader, dataset="fashion_products").files
    assert [column.name for column in file.columns] == ["usage"]
    assert (file.category, file.color) == (None, None)
    assert "category.ece" not in table(evaluate([path], reader, dataset="fashion_products"))


def test_a_broken_image_is_counted_and_costs_the_others_nothing(
    reader: Reader, tmp_path: Path
) -> None:
    whole = shapes(3)
    columns = {"label": ["bed", "chair", "sofa", "bed", "chair"]}
    images = [whole[0], BROKEN, whole[1], None, whole[2]]
    path = write_set(tmp_path / "furniture.parquet", images, columns)
    (file,) = evaluate([path], reader).files
    assert (file.photos, file.columns[0].support) == (3, 3)
    assert [(one.row, one.id) for one in file.unreadable] == [(1, "photo-1"), (3, "photo-3")]
    assert [one.code for one in file.unreadable][1] == "empty"


def test_a_file_of_broken_images_alone_has_no_figures(reader: Reader, tmp_path: Path) -> None:
    path = write_set(tmp_path / "furniture.parquet", [BROKEN] * 2, {"label": ["bed", "sofa"]})
    findings = evaluate([path], reader)
    assert findings.files[0].photos == 0
    assert document(findings)["files"][0]["label.top1"] is None
    assert "photos that could not be read: 2" in table(findings)


def test_a_split_and_a_limit_choose_the_photos(reader: Reader, tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet")
    (file,) = evaluate([path], reader, split="validation").files
    assert (file.photos, file.split) == (4, "validation")
    (file,) = evaluate([path], reader, split="validation", limit=3).files
    assert file.photos == 3


def test_photos_are_read_as_the_enricher_reads_them(
    reader: Reader, unmoderated: Enricher, tmp_path: Path
) -> None:
    path = furniture(tmp_path / "furniture.parquet", count=6)
    photos = list(read_rows(path, range(6), ["label"]))
    for photo, seen in zip(photos, reader.read(iter(photos)), strict=True):
        record = unmoderated.enrich([photo.image])
        assert isinstance(seen, Reading)
        chosen, given = seen.category.category, record.category
        assert (chosen and chosen.id) == (given and given.id)
        if chosen is not None and given is not None:
            assert chosen.confidence == pytest.approx(given.confidence, abs=1e-3)
        assert seen.colors.primary is not None
        assert record.colors.primary is not None
        assert seen.colors.primary.name == record.colors.primary.name
        assert [one.label for one in seen.facets["department"].values] == [
            one.label for one in record.facets["department"]
        ]


def test_an_evaluation_repeats_itself_but_for_its_speed(reader: Reader, tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet")
    once, again = (without_speed(document(evaluate([path], reader))) for _ in range(2))
    assert once == again


def test_progress_counts_every_photo(reader: Reader, tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet", count=5)
    told: list[tuple[Path, int, int]] = []
    evaluate([path], reader, progress=lambda *step: told.append(step))
    assert told == [(path, done, 5) for done in range(1, 6)]


def test_files_are_looked_at_before_any_photo_is_read(reader: Reader, tmp_path: Path) -> None:
    good = furniture(tmp_path / "furniture.parquet")
    unlabelled = write_set(tmp_path / "groceries.parquet", shapes(1), {"other": ["x"]})
    told: list[object] = []
    with pytest.raises(EvaluationError, match="none of the label columns of 'groceries'"):
        evaluate([good, unlabelled], reader, progress=lambda *step: told.append(step))
    assert told == []


def test_a_file_of_no_known_data_set_asks_for_its_name(reader: Reader, tmp_path: Path) -> None:
    path = write_set(tmp_path / "mine.parquet", shapes(1), {"label": ["bed"]})
    with pytest.raises(UnknownNameError, match=r"'mine'; known: .*furniture"):
        evaluate([path], reader)
    assert evaluate([path], reader, dataset="furniture").files[0].photos == 1
