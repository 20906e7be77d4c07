"""`vitrine evaluate` on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli import app
from tests.vision.evaluation.photo_sets import BROKEN, furniture, shapes, write_set


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments), "--threads", "1"])


def test_it_prints_a_table_and_writes_figures_and_a_page(tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet")
    figures, page = tmp_path / "figures.json", tmp_path / "page.html"
    done = run(path, "--split", "validation", "--json", figures, "--html", page)
    assert done.exit_code == 0, done.output
    assert "furniture.parquet, split validation: 4 photos" in done.stdout
    assert "category.precision" in done.stdout
    assert json.loads(figures.read_text("utf-8"))["files"][0]["photos"] == 4
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_photos_that_fail_make_the_exit_status_3(tmp_path: Path) -> None:
    images = [*shapes(1), BROKEN]
    path = write_set(tmp_path / "furniture.parquet", images, {"label": ["bed", "bed"]})
    done = run(path)
    assert done.exit_code == 3
    assert "photos that could not be read: 1" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--split", "test"), 1, "no photo is of the split 'test'"),
        (("--dataset", "cars"), 2, "no mapping for the data set 'cars'"),
        (("--bundle", "nowhere"), 1, "nowhere"),
        (("--limit", "0"), 2, "limit"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], status: int, message: str
) -> None:
    path = furniture(tmp_path / "furniture.parquet", count=3)
    done = run(path, *arguments)
    assert done.exit_code == status, done.output
    assert message in done.output
    assert "Traceback" not in done.output


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "none.parquet").exit_code == 2


def test_fit_writes_a_bundle_that_can_be_used_and_says_what_changed(tmp_path: Path) -> None:
    labels = [("sofa", "bed")[place % 2] for place in range(120)]
    path = write_set(tmp_path / "furniture.parquet", shapes(12) * 10, {"label": labels})
    fitted = tmp_path / "fitted"
    done = run(path, "--fit", fitted, "--fit-precision", "0.9")
    assert done.exit_code == 0, done.output
    assert "vitrine-tiny" in done.stdout
    assert "+fit." in done.stdout
    again = run(path, "--bundle", fitted, "--limit", "4")
    assert again.exit_code == 0, again.output
    refused = run(path, "--fit", fitted, "--limit", "4")
    assert refused.exit_code == 1
    assert "fitted" in refused.output


def test_a_precision_out_of_range_is_wrong_usage(tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet", count=3)
    assert run(path, "--fit", tmp_path / "fitted", "--fit-precision", "1.2").exit_code == 2
