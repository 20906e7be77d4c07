import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from PIL import Image

from color.family import FAMILIES, parse_family_model
from color.fit_families import fit, read_products, read_survey
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
    assert [FAMILIES[index] for index in products["family"]] == ["red", "blue"]
    assert np.allclose(products["share"].sum(axis=1), 1.0)


def test_the_survey_speaks_for_all_families() -> None:
    colors, families = read_survey()
    assert colors.shape == (len(families), 8)
    assert set(families.tolist()) == set(range(len(FAMILIES)))


def test_a_short_fit_learns_and_gives_a_model_that_loads(photos: Path) -> None:
    products = read_products(photos, "train", None)
    document = fit(products, products, steps=40)
    assert document["accuracy"]["validation"] == 1.0
    model = parse_family_model(document)
    assert np.allclose(model.probabilities(np.zeros((2, 3))).sum(axis=1), 1.0)
