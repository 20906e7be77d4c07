"""Linear heads, fitted to embeddings that the test draws; one goes through the whole path."""

from pathlib import Path

import numpy as np
import pytest

from taggers import CategoryTagger, load_taxonomy
from taggers.datasets import load_dataset_mapping
from tests.vision.evaluation.photo_sets import BROKEN, shapes, write_set
from vision import Enricher
from vision.heads.embedded import EmbeddedPhotos
from vision.heads.errors import HeadError
from vision.heads.examples import LEAST_PHOTOS, gather_examples
from vision.heads.fit import FOLDS, fit_head, spread
from vision.heads.labels import LabelMeanings, label_meanings, label_set_of
from vision.heads.table import head_table
from vision.heads.train import HeadRequest, TrainedHead, fit_trained_head, train_head
from weights.bundle import Bundle, open_bundle
from weights.catalog import EMBEDDED, find_bundle
from weights.labels import LabelSet

KINDS = ("bed", "chair", "sofa")
COLUMNS = ("id", "image", "label")
PATH = Path("furniture.parquet")


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return find_bundle(EMBEDDED)


def furniture_meanings() -> LabelMeanings:
    return label_meanings("category", PATH, COLUMNS, None, None)


def drawn(
    count: int, classes: int, seed: int, noise: float = 0.06
) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors about one direction a class, and each one's class."""
    centres = np.random.default_rng(1).normal(size=(classes, 256))
    random = np.random.default_rng(seed)
    taught = np.arange(count) % classes
    rows = centres[taught] / 16 + random.normal(scale=noise, size=(count, 256))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), taught


def drawn_furniture(count: int, seed: int = 2, noise: float = 0.06) -> EmbeddedPhotos:
    rows, taught = drawn(count, len(KINDS), seed, noise)
    return EmbeddedPhotos(rows, tuple(KINDS[one] for one in taught))


@pytest.fixture(scope="module")
def trained(bundle: Bundle) -> TrainedHead:
    request = HeadRequest("category", (PATH,), only=True)
    return fit_trained_head(bundle, request, [(furniture_meanings(), drawn_furniture(240))])


def test_a_head_learns_what_zero_shot_cannot_know(trained: TrainedHead) -> None:
    facts = trained.head.facts
    assert facts.measured["top1_of_classes"] > 0.95
    assert facts.zero_shot["top1_of_classes"] < 0.7


def test_a_head_tells_new_photos_and_names_its_own_labels_alone(trained: TrainedHead) -> None:
    label_set = LabelSet(trained.head.matrix, trained.entry.calibration())
    tagger = CategoryTagger(label_set, load_taxonomy())
    seen = drawn_furniture(30, seed=9)
    own = load_dataset_mapping("furniture").columns["label"].labels
    found = [tagger.categorize(row[None]).category for row in seen.embeddings]
    right = [
        one is not None and one.id == own[value][0]
        for one, value in zip(found, seen.values, strict=True)
    ]
    assert np.mean(right) > 0.9
    assert set(trained.entry.visible) == {own[kind][0] for kind in KINDS}


def test_a_head_names_no_kind_where_its_photos_are_hard_to_tell(bundle: Bundle) -> None:
    hard = drawn_furniture(300, noise=0.3)
    request = HeadRequest("category", (PATH,), only=True)
    trained = fit_trained_head(bundle, request, [(furniture_meanings(), hard)])
    tagger = CategoryTagger(
        LabelSet(trained.head.matrix, trained.entry.calibration()), load_taxonomy()
    )
    mixed = drawn_furniture(3, noise=0.0).embeddings.mean(axis=0, keepdims=True)
    between = (mixed / np.linalg.norm(mixed)).astype(np.float32)
    found = tagger.categorize(between).category
    assert found is None or found.id == "home.furniture"


def test_the_same_photos_give_the_same_head(bundle: Bundle, trained: TrainedHead) -> None:
    request = HeadRequest("category", (PATH,), only=True)
    again = fit_trained_head(bundle, request, [(furniture_meanings(), drawn_furniture(240))])
    assert again.head.matrix.vectors.tobytes() == trained.head.matrix.vectors.tobytes()
    assert again.entry == trained.entry


def test_no_row_is_longer_than_one_and_the_scale_says_how_sharp_it_is(trained: TrainedHead) -> None:
    norms = np.linalg.norm(trained.head.matrix.vectors, axis=1)
    assert norms.max() == pytest.approx(1, abs=1e-5)
    assert 4.0 <= trained.entry.logit_scale <= 120.0


def test_held_out_measures_come_from_rows_that_did_not_see_the_photo() -> None:
    rows, _ = drawn(60, 3, 5)
    nonsense = np.random.default_rng(3).integers(3, size=60)
    fitted = fit_head(rows, nonsense, 3)
    learned = (rows @ fitted.rows.T).argmax(axis=1) == nonsense
    held_out = fitted.held_out.argmax(axis=1) == nonsense
    assert learned.mean() > held_out.mean() + 0.2
    assert held_out.mean() < 0.6


def test_two_labels_give_two_rows() -> None:
    rows, taught = drawn(40, 2, 5)
    fitted = fit_head(rows, taught, 2)
    assert fitted.rows.shape == (2, 256)
    assert ((rows @ fitted.rows.T).argmax(axis=1) == taught).all()


def test_every_fold_holds_photos_of_every_label() -> None:
    taught = np.array([0] * 11 + [1] * 10)
    folds = spread(taught, FOLDS)
    for label in (0, 1):
        assert (np.bincount(folds[taught == label], minlength=FOLDS) >= 2).all()


def test_labels_that_are_unknown_or_rare_are_left_out_and_said(bundle: Bundle) -> None:
    photos = drawn_furniture(60)
    values = ("gramophone", *photos.values[1:-5], *("tv",) * 5)
    seen = EmbeddedPhotos(photos.embeddings, values)
    zero_shot = bundle.text_label_sets["category"]
    examples = gather_examples([(furniture_meanings(), seen)], zero_shot)
    assert set(examples.left_out) == {"gramophone", "electronics.tv_video.televisions"}
    assert f"fewer than {LEAST_PHOTOS}" in examples.left_out["electronics.tv_video.televisions"]
    assert len(examples) == 54
    assert len(examples.labels) == len(KINDS)


def test_a_value_of_several_ids_teaches_those_that_zero_shot_finds_likeliest(
    bundle: Bundle,
) -> None:
    zero_shot = bundle.text_label_sets["category"]
    ids = ("home.furniture.beds", "home.furniture.sofas")
    vectors = [zero_shot.matrix.vectors[zero_shot.matrix.ids.index(one)] for one in ids]
    photos = EmbeddedPhotos(np.stack([*vectors] * 10), ("furniture",) * 20)
    meanings = LabelMeanings("kind", {"furniture": ids}, {"furniture": frozenset(ids)}, frozenset())
    examples = gather_examples([(meanings, photos)], zero_shot)
    assert examples.photos == {ids[0]: 10, ids[1]: 10}
    lone = EmbeddedPhotos(np.stack([vectors[0]] * 15 + [vectors[1]] * 5), ("furniture",) * 20)
    assert gather_examples([(meanings, lone)], zero_shot).photos == {ids[0]: 20}


def test_labels_that_no_photo_teaches_are_kept_as_zero_shot_has_them(bundle: Bundle) -> None:
    files = [(furniture_meanings(), drawn_furniture(60))]
    trained = fit_trained_head(bundle, HeadRequest("category", (PATH,)), files)
    visible = bundle.text_label_sets["category"].calibration.visible
    assert set(trained.entry.visible) == visible
    assert trained.head.facts.kept == len(visible) - len(KINDS)


def test_a_head_stays_zero_shot_where_learning_does_not_clearly_help(bundle: Bundle) -> None:
    own = load_dataset_mapping("furniture").columns["label"].labels
    matrix = bundle.text_label_sets["category"].matrix
    rows = matrix.vectors[[matrix.ids.index(own[kind][0]) for kind in KINDS] * 20]
    files = [(furniture_meanings(), EmbeddedPhotos(rows, KINDS * 20))]
    trained = fit_trained_head(bundle, HeadRequest("category", (PATH,), only=True), files)
    assert trained.head.facts.share == 0
    taught = [matrix.ids.index(label) for label in trained.head.matrix.ids]
    assert trained.head.matrix.vectors == pytest.approx(matrix.vectors[taught], abs=1e-5)


def test_one_label_is_not_enough(bundle: Bundle) -> None:
    photos = drawn_furniture(30)
    files = [(furniture_meanings(), EmbeddedPhotos(photos.embeddings, ("bed",) * 30))]
    with pytest.raises(HeadError, match="two labels or more"):
        fit_trained_head(bundle, HeadRequest("category", (PATH,), only=True), files)


def test_labels_may_be_ids_of_the_facet_themselves() -> None:
    meanings = label_meanings("facet.season", Path("mine.parquet"), ("image", "when"), None, "when")
    assert meanings.own["summer"] == ("summer",)
    assert meanings.own["none_of_these"] == ("none_of_these",)


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(HeadError, match="'vibe' is not a facet; known: category, "):
        label_set_of("vibe")
    with pytest.raises(HeadError, match="has no column 'kind'"):
        label_meanings("category", PATH, COLUMNS, None, "kind")
    with pytest.raises(HeadError, match="name it by --column"):
        label_meanings("facet.season", PATH, COLUMNS, None, None)


def test_a_bundle_with_a_head_reads_photos_by_it_and_the_first_bundle_is_untouched(
    bundle: Bundle, tmp_path: Path
) -> None:
    images = [*shapes(4) * 10, BROKEN]
    seasons = [("summer", "winter")[place % 2] for place in range(40)] + ["summer"]
    path = write_set(tmp_path / "mine.parquet", images, {"season": seasons})
    request = HeadRequest("season", (path,), column="season")
    before = dict(bundle.manifest.files)
    written, trained = train_head(EMBEDDED, request, tmp_path / "taught", threads=1)
    assert open_bundle(bundle.folder).manifest.files == before
    assert written.version.startswith(f"{bundle.version}+head.")
    assert {"heads/season.json", "heads/season.safetensors"} <= set(written.manifest.files)
    assert [one.code for one in trained.unreadable] == ["truncated"]
    assert "photos that could not be read: 1" in head_table(written, trained)
    assert "Linear head: facet.season" in (written.folder / "MODEL_CARD.md").read_text("utf-8")
    with Enricher(written.folder, moderation=False, threads=1, labels=["a red shape"]) as enricher:
        records = [enricher.enrich([image], listing_id="x") for image in images[:2]]
    found = [{one.label for one in record.facets["season"]} for record in records]
    assert found in ([{"summer"}, {"winter"}], [set(), set()])
    assert all(record.labels for record in records)
