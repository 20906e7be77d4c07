"""Any CLIP with Vitrine's prompts: whole records, every node in reach, and no guess."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from taggers import CategoryTagger, FacetTagger, load_facets, load_taxonomy
from taggers.category import UNCALIBRATED
from tests.weights.hub_setup import CONFIG, random_clip
from vision.assemble_bundle import assemble_bundle, shop_prompts
from vision.enricher import Enricher
from vision.record import ListingRecord
from weights.bundle import CALIBRATION, NETWORK_CONFIG, NETWORK_WEIGHTS, Bundle
from weights.calibration import Calibration
from weights.catalog import EMBEDDED, find_bundle
from weights.labels import LabelMatrix, LabelSet
from weights.recalibrated import write_recalibrated
from weights.uncalibrated import Defaults


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder: Path = tmp_path_factory.mktemp("models") / "random"
    folder.mkdir()
    (folder / NETWORK_CONFIG).write_bytes(CONFIG)
    (folder / NETWORK_WEIGHTS).write_bytes(random_clip())
    return assemble_bundle(folder, name="random", version="1", licence="CC0-1.0")


@pytest.fixture(scope="module")
def record(bundle: Bundle) -> ListingRecord:
    photos = [skimage.data.coffee(), skimage.data.chelsea()]
    with Enricher(bundle.folder, moderation=False, threads=1) as enricher:
        return enricher.enrich(photos, listing_id="cup")


def test_the_bundle_has_every_label_of_every_set(bundle: Bundle) -> None:
    asked = shop_prompts()
    assert bundle.manifest.taxonomy == load_taxonomy().version
    assert set(bundle.label_sets) == set(asked.sets)
    for name, one in asked.sets.items():
        assert bundle.label_sets[name].matrix.ids == tuple(one.prompts)


def test_a_model_that_knows_nothing_guesses_nothing(record: ListingRecord) -> None:
    assert record.category is None
    assert record.styles == ()
    assert all(values == () for values in record.facets.values())
    assert record.tags == ()


def test_the_record_says_that_the_bundle_is_uncalibrated(record: ListingRecord) -> None:
    assert record.category_reason is not None
    assert record.category_reason.endswith(UNCALIBRATED)
    assert set(record.facet_reasons) == set(load_facets()) - {"base_color"}
    for reason in record.facet_reasons.values():
        assert reason.startswith(("No label is sure enough", "None of these is likeliest"))
        assert reason.endswith(UNCALIBRATED)


def test_a_value_that_an_uncalibrated_bundle_suggests_says_so_too(
    bundle: Bundle, tmp_path: Path
) -> None:
    own = Calibration.load(bundle.folder / CALIBRATION)
    lenient = {
        name: entry.model_copy(update={"default_threshold": 0.0})
        for name, entry in own.sets.items()
        if name in ("facet.style", "facet.material", "facet.photo_kind")
    }
    bold = write_recalibrated(
        bundle, own.model_copy(update={"sets": {**own.sets, **lenient}}), tmp_path / "bold"
    )
    with Enricher(bold.folder, moderation=False, threads=1) as enricher:
        record = enricher.enrich([skimage.data.coffee()], listing_id="cup")
    values = [value for values in record.facets.values() for value in values]
    assert values
    for value in (*values, *record.styles):
        assert value.reason.startswith("The photos look ")
        assert value.reason.endswith(UNCALIBRATED)
    assert not {name for name, found in record.facets.items() if found} & set(record.facet_reasons)


def test_photo_kinds_and_rooms_are_among_the_facets(record: ListingRecord) -> None:
    assert {"photo_kind", "room", "pattern", "material", "occasion"} <= set(record.facets)


def axes_of(labels: LabelSet) -> LabelSet:
    """The set with an axis for each label, as of a model whose own logit scale is CLIP's 100."""
    scale = 100.0 / Defaults.load().softening
    axes = np.eye(len(labels.matrix.ids), dtype=np.float32)
    calibration = replace(labels.calibration, logit_scale=scale)
    return LabelSet(LabelMatrix(labels.matrix.ids, axes), calibration)


def test_a_clip_that_sees_clearly_reaches_nodes_that_the_embedded_bundle_never_saw(
    bundle: Bundle,
) -> None:
    seen = find_bundle(EMBEDDED).label_sets["category"].calibration.visible
    ids = bundle.label_sets["category"].matrix.ids
    nodes = load_taxonomy().nodes
    unseen = [row for row, label in enumerate(ids) if label in nodes and label not in seen]
    assert len(unseen) > 250
    labels = bundle.label_sets["category"]
    tagger = CategoryTagger(axes_of(labels), load_taxonomy())
    for row in unseen[::10]:
        result = tagger.categorize(far_ahead(len(ids), row, 0.3))
        assert result.category is not None, ids[row]
        assert result.category.id == ids[row]
        assert result.reason.endswith(UNCALIBRATED)


@pytest.mark.parametrize("lead", [0.0, 0.01, 0.02])
def test_a_small_lead_is_no_category(bundle: Bundle, lead: float) -> None:
    labels = bundle.label_sets["category"]
    ids = labels.matrix.ids
    tagger = CategoryTagger(axes_of(labels), load_taxonomy())
    for row in range(0, len(ids), 40):
        assert tagger.categorize(far_ahead(len(ids), row, lead)).category is None


@pytest.mark.parametrize("name", ["style", "pattern", "material", "occasion", "room"])
def test_two_labels_far_ahead_are_both_true_and_a_small_lead_is_nothing(
    bundle: Bundle, name: str
) -> None:
    labels = bundle.label_sets[f"facet.{name}"]
    ids = labels.matrix.ids
    tagger = FacetTagger(load_facets()[name], axes_of(labels))
    two = far_ahead(len(ids), 2, 0.1) + far_ahead(len(ids), 4, 0.1) - far_ahead(len(ids), 4, 0.0)
    found = tagger.decide(tagger.score(tagger.measure(two)), "home")
    applying = [ids[2], ids[4]] if name != "style" else []  # those two are of clothes alone
    assert {value.label for value in found.values} == set(applying)
    assert tagger.tag(far_ahead(len(ids), 2, 0.02), "home").values == ()


NOISE = 0.02
"""The spread of a photo's cosines with phrases that do not describe it, of a CLIP of 512 wide."""


def test_chance_alone_hardly_ever_makes_a_category(bundle: Bundle) -> None:
    tagger = CategoryTagger(axes_of(bundle.label_sets["category"]), load_taxonomy())
    rows = chance(len(bundle.label_sets["category"].matrix.ids))
    said = [tagger.decide(tagger.score(row[None])).category is not None for row in rows]
    assert np.mean(said) <= 0.05


@pytest.mark.parametrize("name", [name for name in load_facets() if name != "base_color"])
def test_chance_alone_hardly_ever_makes_a_label_of_a_facet_true(bundle: Bundle, name: str) -> None:
    labels = axes_of(bundle.label_sets[f"facet.{name}"])
    tagger = FacetTagger(load_facets()[name], labels)
    rows = chance(len(labels.matrix.ids))
    scores = np.stack([tagger.score(row[None])[:-1] for row in rows])  # all but none of these
    assert (scores >= labels.calibration.default_threshold).any(axis=1).mean() <= 0.05


def chance(count: int) -> NDArray[np.float32]:
    """Cosines of two hundred photos with labels of which none describes any of them."""
    return np.random.default_rng(0).normal(0.2, NOISE, (200, count)).astype(np.float32)


def far_ahead(count: int, row: int, lead: float) -> NDArray[np.float32]:
    """Cosines of 0.03 with every label, and `lead` more with one of them."""
    cosines = np.full((1, count), 0.03, np.float32)
    cosines[0, row] += lead
    return cosines
