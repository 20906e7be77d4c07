"""`vitrine embed` and `vitrine similar` as they are typed, on scikit-image's photos."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data
from typer.testing import CliRunner, Result

from cli import app
from vision.embeddings_file import read_embeddings, read_header
from vision.encoder import Encoder
from vision.photo import open_photo
from weights.catalog import find_bundle

runner = CliRunner()


def invoke(*arguments: object) -> Result:
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    pictures = {"coffee": data.coffee(), "cat": data.chelsea(), "bricks": data.brick()}
    for name, pixels in pictures.items():
        (folder / name).mkdir()
        Image.fromarray(pixels).save(folder / name / "1.png")
    Image.fromarray(data.coffee()[20:, 20:]).save(folder / "coffee" / "2.png")
    (folder / "cat" / "2.png").write_bytes(b"no photo")
    return folder


@pytest.fixture(scope="module")
def embedded(shop: Path) -> tuple[Path, Result]:
    output = shop.parent / "shop.parquet"
    return output, invoke("embed", shop, "--output", output, "--quiet")


def test_every_photo_that_can_be_read_has_a_row_and_the_others_are_named(
    embedded: tuple[Path, Result],
) -> None:
    output, result = embedded
    assert result.exit_code == 3
    assert "cat, photo 2" in result.stderr
    assert "unsupported_format" in result.stderr
    (batch,) = read_embeddings(output)
    assert list(zip(batch.listing_ids, batch.photos.tolist(), strict=True)) == [
        ("bricks", 0),
        ("cat", 0),
        ("coffee", 0),
        ("coffee", 1),
    ]


def test_the_rows_are_the_bundles_embeddings(shop: Path, embedded: tuple[Path, Result]) -> None:
    bundle = find_bundle("vitrine-tiny")
    assert read_header(embedded[0]).sha256 == bundle.sha256
    pixels = open_photo(shop / "coffee" / "1.png").pixels
    expected = Encoder(bundle).encode_images([pixels])[0]
    (batch,) = read_embeddings(embedded[0])
    assert np.allclose(batch.vectors[2], expected, atol=1e-3)


def test_the_photo_itself_and_its_crop_are_its_nearest(
    shop: Path, embedded: tuple[Path, Result], tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.png"
    photo = shop / "coffee" / "1.png"
    result = invoke(
        "similar", photo, "--in", embedded[0], "--json", "--sheet", sheet, "--photos", shop
    )
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert [(one["listing_id"], one["photo"]) for one in found[:2]] == [
        ("coffee", 0),
        ("coffee", 1),
    ]
    assert found[0]["same_photo"]
    assert found[0]["cosine"] == pytest.approx(1, abs=2e-3)
    assert len(found) == 4
    assert Image.open(sheet).format == "PNG"


def test_look_alikes_of_a_listing_are_other_listings(embedded: tuple[Path, Result]) -> None:
    result = invoke("similar", "--in", embedded[0], "--listing", "coffee", "--top", 1)
    assert result.exit_code == 0
    assert "coffee" not in result.stdout
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ((), 2, "give a photo, or a listing"),
        (("--listing", "sofa"), 1, "no photo of a listing 'sofa'"),
    ],
)
def test_what_cannot_be_looked_for_is_said(
    embedded: tuple[Path, Result], arguments: tuple[str, ...], status: int, words: str
) -> None:
    result = invoke("similar", "--in", embedded[0], *arguments)
    assert result.exit_code == status
    assert words in result.stderr


def test_a_file_that_holds_no_embeddings_is_status_1(tmp_path: Path) -> None:
    (tmp_path / "shop.parquet").write_text("no")
    result = invoke("similar", "--in", tmp_path / "shop.parquet", "--listing", "mug")
    assert result.exit_code == 1
    assert "cannot be read" in result.stderr
