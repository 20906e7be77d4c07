"""Two bundles side by side: paired intervals, and a run of both in processes of their own."""

import json
from pathlib import Path

import numpy as np
import pytest

from taggers.fitting import LabelledPhotos
from tests.vision.evaluation.photo_sets import BROKEN, furniture, shapes, write_set
from vision.evaluation.class_top1 import likeliest_class_right
from vision.evaluation.compare import BundleRun, Comparison, FileComparison, compare
from vision.evaluation.compare_page import compare_page
from vision.evaluation.compare_pairs import Difference, differences
from vision.evaluation.compare_table import compare_document, compare_table
from vision.evaluation.errors import EvaluationError
from vision.evaluation.peak_memory import peak_memory_bytes
from weights.catalog import EMBEDDED
from weights.errors import BundleError


def outcomes(right: list[int]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {"label.top1": (np.array(right, np.float64), np.ones(len(right)))}


def width(one: Difference) -> float:
    assert one.low is not None
    assert one.high is not None
    return one.high - one.low


def test_a_bundle_against_itself_differs_by_nothing() -> None:
    (one,) = differences(outcomes([1, 0, 1, 1]), outcomes([1, 0, 1, 1]))
    assert (one.a, one.b, one.difference, one.low, one.high) == (0.75, 0.75, 0, 0, 0)
    assert not one.clear


def test_the_interval_is_paired_so_that_photos_hard_for_both_do_not_widen_it() -> None:
    hard = [1, 0] * 100
    better = [1, 0] * 80 + [1, 1] * 20
    shuffled = np.random.default_rng(5).permutation(better).tolist()
    (paired,) = differences(outcomes(hard), outcomes(better))
    (mixed,) = differences(outcomes(hard), outcomes(shuffled))
    assert paired.difference == pytest.approx(0.1)
    assert mixed.difference == pytest.approx(0.1)
    assert width(paired) < 0.75 * width(mixed)
    assert paired.clear


def test_the_interval_has_the_width_that_theory_gives() -> None:
    a, b = [0] * 400, [1] * 100 + [0] * 300
    (one,) = differences(outcomes(a), outcomes(b))
    half = 1.96 * np.sqrt(0.25 * 0.75 / 400)
    assert one.low == pytest.approx(0.25 - half, abs=0.01)
    assert one.high == pytest.approx(0.25 + half, abs=0.01)


def test_a_figure_of_no_photo_has_no_difference() -> None:
    nothing = {"label.precision": (np.zeros(3), np.zeros(3))}
    some = {"label.precision": (np.ones(3), np.ones(3))}
    (one,) = differences(nothing, some)
    assert (one.a, one.b, one.difference, one.low, one.high) == (None, 1.0, None, None, None)


def test_photos_that_are_not_the_same_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="shape"):
        differences(outcomes([1, 0]), outcomes([1, 0, 1]))


def test_top1_is_among_the_classes_of_the_column() -> None:
    labels = ("mug", "bowl", "lion")
    cosines = np.array([[0.5, 0.1, 0.9], [0.2, 0.4, 0.9]])
    photos = LabelledPhotos.of_column(
        labels, cosines, [frozenset({"mug"}), frozenset({"bowl"})], [0, 0]
    )
    assert likeliest_class_right(photos).tolist() == [True, False]


def test_this_process_holds_some_memory() -> None:
    peak = peak_memory_bytes()
    assert peak is None or peak > 1e7


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("compare")
    kinds = ["bed", "chair", "sofa"] * 4
    path = write_set(
        folder / "furniture.parquet", [*shapes(12), BROKEN], {"label": [*kinds, "bed"]}
    )
    return compare((EMBEDDED, EMBEDDED), [path], threads=1)


def test_both_bundles_see_the_same_photos_in_processes_of_their_own(
    comparison: Comparison,
) -> None:
    (file,) = comparison.files
    assert (file.photos, file.unreadable) == (12, 1)
    assert {one.figure for one in file.figures} >= {"label.top1", "label.coverage"}
    assert all(one.difference in (0, None) for one in file.figures)
    assert comparison.a.sha256 == comparison.b.sha256
    assert min(file.speed) > 0
    assert all((run.peak_memory_bytes or 1e9) > 1e8 for run in (comparison.a, comparison.b))


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    path = furniture(tmp_path / "furniture.parquet")
    with pytest.raises(EvaluationError, match="no photo is of the split 'nowhere'"):
        compare((EMBEDDED, EMBEDDED), [path], split="nowhere", threads=1)


def test_a_bundle_that_is_not_there_is_named_before_any_run(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no-such-bundle"):
        compare((EMBEDDED, "no-such-bundle"), [tmp_path / "none.parquet"])


def drawn_comparison() -> Comparison:
    runs = [BundleRun(f"<{name}>", "1", name * 64, 1.5, 2_000_000) for name in "ab"]
    a, b = [0] * 50, [1] * 20 + [0] * 30
    figures = differences(outcomes(a), outcomes(b))
    file = FileComparison(Path("mugs.parquet"), 50, 1, (10.0, 20.0), figures)
    return Comparison(runs[0], runs[1], "test", (file,))


def test_the_table_shows_both_figures_the_interval_and_a_mark() -> None:
    text = compare_table(drawn_comparison())
    (line,) = (line for line in text.splitlines() if "label.top1" in line)
    assert line.split()[:5] == ["label.top1", "50", "0.0000", "0.4000", "+0.4000"]
    assert line.endswith("*")
    assert "peak memory 2 MB" in text
    assert "photos that could not be read: 1" in text


def test_the_document_holds_every_figure() -> None:
    found = json.loads(json.dumps(compare_document(drawn_comparison())))
    figure = found["files"][0]["figures"]["label.top1"]
    assert figure["difference"] == 0.4
    assert 0.2 < figure["low"] < 0.4 < figure["high"] < 0.6
    assert found["files"][0]["photos_per_second"] == {"a": 10.0, "b": 20.0}


def test_the_page_escapes_names_and_stands_alone() -> None:
    page = compare_page(drawn_comparison())
    assert "&lt;a&gt;" in page
    assert "<a>" not in page
    assert "+40.0" in page
    assert "http" not in page
