import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from PIL import Image

from color.families import FAMILIES
from color.family import parse_family_model
from color.fit_drawn import drawn_products
from color.fit_families import draw_products, fit, read_products, survey_families
from tests.color.drawing import Triple, product


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    colors: list[tuple[str, Triple]] = [("Maroon", (110, 10, 30)), ("Navy Blue", (20, 30, 90))]
    rows = []
    for label, color in [*colors, ("Multi", (0, 200, 0))]:
        encoded = io.BytesIO()
        Image.fromarray(product(color, (255, 255, 255), 80)).save(encoded, "PNG")
        for split in ("train", "validation"):
            rows.append({"image": encoded.getvalue(), "base_colour": label, "split": split})
    path = tmp_path / "photos.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_labels_become_families_and_others_are_left_out(photos: Path) -> None:
    products = read_products(photos, "train", None)
    assert [FAMILIES[index] for index in products["families"].argmax(axis=1)] == ["red", "blue"]
    assert np.allclose(products["share"].sum(axis=1), 1.0)


def test_the_survey_speaks_for_all_families() -> None:
    colors, families = survey_families()
    assert len(colors) == len(families)
    assert set(families.tolist()) == set(range(len(FAMILIES)))


def test_drawn_products_have_two_colors_of_two_families() -> None:
    colors = np.array([[200, 20, 30], [30, 60, 180], [250, 220, 40]], np.uint8)
    for one in drawn_products(colors, np.array([5, 11, 8]), 12):
        assert one.photo.dtype == np.uint8
        assert np.count_nonzero(one.families) == 2
        assert one.families.sum() == pytest.approx(1.0)
        assert 0.45 <= one.families.max() <= 0.9


def test_drawn_products_are_the_same_every_time() -> None:
    one, other = draw_products(3), draw_products(3)
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_a_short_fit_learns_and_gives_a_model_that_loads(photos: Path) -> None:
    products = read_products(photos, "train", None)
    document = fit(products, products, draw_products(4), steps=40)
    assert document["accuracy"]["validation"] == 1.0
    model = parse_family_model(document)
    assert np.allclose(model.probabilities(np.zeros((2, 3))).sum(axis=1), 1.0)
