"""A bundle's calibration, fitted again to photos that the test draws, in a bundle of its own."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from taggers.datasets import load_dataset_mapping
from tests.vision.evaluation.photo_sets import furniture, shapes, write_set
from vision import Enricher
from vision.evaluation.columns import label_columns
from vision.evaluation.command import evaluate_bundle
from vision.evaluation.document import document
from vision.evaluation.errors import EvaluationError
from vision.evaluation.findings import FileFindings, Findings
from vision.evaluation.refit.changes import Refit
from vision.evaluation.refit.photos import photos_of_set
from vision.evaluation.refit.refit import LEAST_PHOTOS, RefitRequest, refit
from vision.evaluation.samples import Samples
from vision.evaluation.table import table
from weights.bundle import CALIBRATION, Bundle, open_bundle
from weights.bundle_copy import ASIDE
from weights.calibration import Calibration
from weights.catalog import EMBEDDED, find_bundle
from weights.errors import BundleError
from weights.recalibrated import write_recalibrated

KINDS = ("bed", "chair", "sofa")


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return find_bundle(EMBEDDED)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """Twelve drawn photos, ten times each, so that labels have enough of them."""
    folder = tmp_path_factory.mktemp("refit")
    images = shapes(12) * 10
    labels = [("sofa", "bed")[place % 2] for place in range(len(images))]
    path = write_set(folder / "furniture.parquet", images, {"label": labels})
    return evaluate_bundle(EMBEDDED, [path], threads=1, fit=RefitRequest(folder / "fitted"))


def done(findings: Findings) -> Refit:
    assert findings.refit is not None
    return findings.refit


def synthetic(bundle: Bundle, count: int, seed: int, sharpness: float) -> FileFindings:
    """A file whose photos lie near the text embeddings of their labels."""
    mapping = load_dataset_mapping("furniture")
    columns = label_columns(mapping, {"label"}, bundle)
    random = np.random.default_rng(seed)
    matrix = bundle.label_sets["category"].matrix
    places = {label: row for row, label in enumerate(matrix.ids)}
    truths = np.arange(count) % len(KINDS)
    own = [mapping.columns["label"].labels[KINDS[place]][0] for place in truths]
    rows = sharpness * matrix.vectors[[places[one] for one in own]]
    rows = rows + random.normal(scale=0.05, size=rows.shape)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    classes = {"label": np.array([columns[0].places[KINDS[place]] for place in truths], np.int64)}
    samples = Samples(rows, columns, classes)
    return FileFindings(
        Path("furniture.parquet"), "furniture", None, count, 1.0, (), (), None, None, samples
    )


def test_the_new_bundle_is_whole_and_is_the_old_one_but_for_its_calibration(
    evaluated: Findings, bundle: Bundle
) -> None:
    fitted = open_bundle(done(evaluated).folder)
    assert fitted.version == done(evaluated).version
    assert fitted.version.startswith(f"{bundle.version}+fit.")
    assert fitted.version.endswith(fitted.manifest.files["calibration.json"][:8])
    assert (fitted.name, fitted.manifest.taxonomy) == (bundle.name, bundle.manifest.taxonomy)
    changed = {
        name
        for name, sha256 in fitted.manifest.files.items()
        if bundle.manifest.files[name] != sha256
    }
    assert changed == {"calibration.json", "MODEL_CARD.md"}
    assert list(fitted.folder.parent.glob(f"{ASIDE}*")) == []


def test_sets_without_labels_are_left_alone_and_said_to_be(
    evaluated: Findings, bundle: Bundle
) -> None:
    facets = set(bundle.label_sets) - {"category"}
    assert set(done(evaluated).left_alone) == facets
    fitted = open_bundle(done(evaluated).folder).label_sets
    for name in facets:
        assert fitted[name].calibration == bundle.label_sets[name].calibration


def test_labels_that_the_photos_do_not_carry_keep_their_threshold(
    evaluated: Findings, bundle: Bundle
) -> None:
    (change,) = done(evaluated).sets
    fitted = open_bundle(done(evaluated).folder).label_sets["category"].calibration
    before = bundle.label_sets["category"].calibration
    assert fitted.visible == before.visible
    kept = set(before.labels) - set(change.thresholds)
    assert kept
    assert all(fitted.labels[label] == before.labels[label] for label in kept)
    assert change.photos == 120


def test_the_table_and_the_document_say_what_changed(evaluated: Findings) -> None:
    shown = table(evaluated)
    for words in ("fitted again: ", "category, 120 photos", "logit scale", "left as they were:"):
        assert words in shown
    assert "no photo is of nothing for sale" in shown
    told = document(evaluated)["fit"]
    assert set(told["sets"]) == {"category"}
    assert told["sets"]["category"]["after"]["photos"] == 120


def test_the_new_bundle_enriches(evaluated: Findings) -> None:
    with Enricher(done(evaluated).folder, moderation=False, threads=1) as enricher:
        record = enricher.enrich([shapes(1)[0]])
    assert record.model.version == done(evaluated).version


def too_sure(bundle: Bundle, folder: Path) -> Bundle:
    """The bundle with probabilities that are all but certain of everything."""
    own = Calibration.load(bundle.folder / CALIBRATION)
    category = own.sets["category"].model_copy(update={"logit_scale": 110.0})
    sets = {**own.sets, "category": category}
    return write_recalibrated(bundle, own.model_copy(update={"sets": sets}), folder)


def test_a_bundle_that_is_too_sure_is_put_right(bundle: Bundle, tmp_path: Path) -> None:
    sure = too_sure(bundle, tmp_path / "sure")
    file = synthetic(sure, 360, seed=1, sharpness=0.12)
    change, *_ = refit(sure, [file], RefitRequest(tmp_path / "fitted")).sets
    figure = "expected_calibration_error"
    assert change.measured_before[figure] > 0.1
    assert change.measured_after[figure] < change.measured_before[figure] / 2
    fitted = open_bundle(tmp_path / "fitted")
    assert fitted.label_sets["category"].calibration.logit_scale < 80
    assert fitted.version.count("+fit.") == 1


def test_a_greater_precision_asks_for_greater_thresholds(bundle: Bundle, tmp_path: Path) -> None:
    file = synthetic(bundle, 360, seed=1, sharpness=0.2)
    thresholds: list[Mapping[str, float]] = []
    for precision in (0.6, 0.99):
        folder = tmp_path / f"{precision:g}"
        refit(bundle, [file], RefitRequest(folder, category_precision=precision))
        fitted = open_bundle(folder).label_sets["category"].calibration
        thresholds.append({label: one.threshold for label, one in fitted.labels.items()})
    low, high = thresholds
    assert all(high[label] >= low[label] for label in low)
    assert any(high[label] > low[label] for label in low)


def test_too_few_photos_fit_nothing(bundle: Bundle, tmp_path: Path) -> None:
    file = synthetic(bundle, LEAST_PHOTOS - 1, seed=1, sharpness=0.3)
    with pytest.raises(EvaluationError, match=f"category: {LEAST_PHOTOS - 1} labelled photos"):
        refit(bundle, [file], RefitRequest(tmp_path / "fitted"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_is_refused_before_any_photo_is_read(tmp_path: Path) -> None:
    (tmp_path / "fitted").mkdir()
    (tmp_path / "fitted" / "thesis.txt").write_text("years of work")
    path = furniture(tmp_path / "furniture.parquet")
    with pytest.raises(BundleError, match="not empty"):
        evaluate_bundle(EMBEDDED, [path], threads=1, fit=RefitRequest(tmp_path / "fitted"))
    assert (tmp_path / "fitted" / "thesis.txt").read_text() == "years of work"


def test_photos_of_several_files_are_fitted_together(bundle: Bundle) -> None:
    files = [synthetic(bundle, count, seed=count, sharpness=0.3) for count in (7, 12)]
    labels = bundle.label_sets["category"]
    photos = photos_of_set("category", labels, files)
    assert photos is not None
    assert len(photos) == 19
    assert photos_of_set("facet.style", bundle.label_sets["facet.style"], files) is None


@pytest.mark.parametrize("precision", [0.0, -0.5, 1.01, float("nan")])
def test_a_precision_that_is_no_share_is_refused(tmp_path: Path, precision: float) -> None:
    with pytest.raises(ValueError, match="above 0 and up to 1"):
        RefitRequest(tmp_path, facet_precision=precision)
