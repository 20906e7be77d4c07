"""Fitting how the encoder's colour words are weighed with the pixels."""

from pathlib import Path

import numpy as np
import pytest

from color import Evidence, generic_families
from color.evidence import parse_mixing
from tests.vision.evaluation.photo_sets import shapes, write_set
from vision.evaluation.fit_color_evidence import (
    Opinion,
    fit_document,
    fit_mixing,
    read_opinions,
)
from vision.evaluation.reading import Reader

FAMILIES = generic_families()


def opinions(count: int, *, reliable: str) -> list[Opinion]:
    """Photos of which one source is right and the other says anything."""
    rng = np.random.default_rng(3)
    made = []
    for place in range(count):
        family = place % 13
        right, noise = np.full(13, 0.02), rng.dirichlet(np.ones(13))
        right[family] = 1 - 12 * 0.02
        pixels, words = (right, noise) if reliable == "pixels" else (noise, right)
        said = dict(zip(FAMILIES, words.tolist(), strict=True))
        made.append(Opinion(family, pixels, Evidence(said)))
    return made


@pytest.mark.parametrize("reliable", ["pixels", "evidence"])
def test_the_source_that_is_right_gets_the_weight(reliable: str) -> None:
    mixing = parse_mixing(fit_mixing(opinions(130, reliable=reliable)))
    pixels, evidence = mixing.pixels.mean(), mixing.evidence.mean()
    assert (pixels > 4 * evidence) if reliable == "pixels" else (evidence > 4 * pixels)


def test_the_document_says_how_good_each_source_is_and_loads() -> None:
    found = fit_document(opinions(130, reliable="evidence"), "some-bundle")
    assert found["bundle"] == "some-bundle"
    assert found["top1"]["encoder"] == 1.0
    assert found["top1"]["pixels"] < 0.5
    first, either = (found[key]["each half with the other's weights"] for key in ("top1", "top2"))
    assert min(first) > 0.9
    assert all(one <= two <= 1.0 for one, two in zip(first, either, strict=True))
    assert parse_mixing(found).pixels.shape == (13,)


def test_photos_whose_label_has_no_family_are_left_out(reader: Reader, tmp_path: Path) -> None:
    labels = ["Maroon", "Navy Blue", "Multi", "NA"]
    path = write_set(tmp_path / "fashion_products.parquet", shapes(4), {"base_colour": labels})
    found = list(read_opinions(path, reader, None, None))
    assert [FAMILIES[one.family] for one in found] == ["red", "blue"]
    assert all(one.pixels.sum() == pytest.approx(1.0) for one in found)
