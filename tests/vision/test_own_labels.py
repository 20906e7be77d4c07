"""A caller's own words, from the text tower to the record, with the embedded bundle and another."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file

from taggers import DataFileError, OwnLabel, OwnLabelError, load_taxonomy
from tests.vision.photos import real_photo
from tests.vision.real_listings import listings_of_real_photos
from vision import Enricher
from vision.encoder import PHRASES_A_BATCH, Encoder
from vision.own_labels import LABELS_A_BATCH, embed_own_labels
from weights.bundle import CALIBRATION, NETWORK_CONFIG, NETWORK_WEIGHTS, TEXT_MATRIX, Bundle, seal
from weights.calibration import Calibration, SetEntry
from weights.errors import BundleError
from weights.labels import LabelMatrix
from weights.text_matrix import TextMatrix
from weights.train.targets import category_index

WORDS = ["coffee mug", "running shoe", "guitar"]
FITS = 0.1
"""From this fit docs/open_vocabulary.md calls a word fitting."""


@pytest.fixture(scope="module")
def encoder(unmoderated: Enricher) -> Encoder:
    return unmoderated.encoder


@pytest.fixture(scope="module")
def finder() -> Iterator[Enricher]:
    with Enricher(labels=WORDS, moderation=False, threads=1, batch_size=3) as enricher:
        yield enricher


# Embeddings


def test_own_labels_are_embedded_as_the_bundles_own_were(encoder: Encoder) -> None:
    matrix = encoder.bundle.label_sets["category"].matrix
    learned = set(category_index().labels)  # these have vectors of their own beside their phrases
    nodes = [load_taxonomy().nodes[label] for label in matrix.ids[:24] if label not in learned]
    assert len(nodes) > 5
    own = embed_own_labels([OwnLabel(node.id, node.prompts) for node in nodes], encoder)
    rows = [matrix.ids.index(label) for label in own.ids]
    assert (own.vectors * matrix.vectors[rows]).sum(axis=1).min() > 0.99999


def test_more_labels_than_a_batch_are_each_embedded_as_when_alone(encoder: Encoder) -> None:
    labels = [OwnLabel(f"thing {i}") for i in range(LABELS_A_BATCH + 2)]
    together = embed_own_labels(labels, encoder)
    assert together.ids == tuple(label.name for label in labels)
    assert len(together.ids) * 5 > 2 * PHRASES_A_BATCH
    for place in (0, LABELS_A_BATCH - 1, LABELS_A_BATCH, LABELS_A_BATCH + 1):
        alone = embed_own_labels([labels[place]], encoder)
        np.testing.assert_allclose(together.vectors[place], alone.vectors[0], atol=1e-5)


def test_a_label_longer_than_the_bundle_reads_is_refused_with_its_place(encoder: Encoder) -> None:
    long = OwnLabel("so " * 30 + "long", place="words.txt: line 7")
    assert encoder.reads_whole(["a mug", long.name]) == [True, False]
    with pytest.raises(OwnLabelError, match=r"^words\.txt: line 7: .*longer than bundle 'vitrine"):
        embed_own_labels([OwnLabel("mug"), long], encoder)
    with pytest.raises(OwnLabelError, match="longer than bundle"):
        embed_own_labels([OwnLabel("mug", ("a mug", long.name), "x")], encoder)


def test_no_phrases_are_read_whole(encoder: Encoder) -> None:
    assert encoder.reads_whole([]) == []


# Records


def test_without_own_labels_a_record_has_none(unmoderated: Enricher) -> None:
    assert unmoderated.enrich([np.asarray(real_photo("coffee.png"))]).labels == ()


def test_every_label_is_in_the_record_best_first_in_four_digits(finder: Enricher) -> None:
    record = finder.enrich([np.asarray(real_photo("coffee.png"))])
    assert {label.label for label in record.labels} == set(WORDS)
    scores = [label.score for label in record.labels]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1, abs=2e-4)
    for label in json.loads(record.model_dump_json())["labels"]:
        figures = [label["similarity"], label["score"], label["fit"]]
        assert figures == [round(figure, 4) for figure in figures]


def test_own_labels_change_nothing_else_of_a_record(
    finder: Enricher, unmoderated: Enricher
) -> None:
    photo = np.asarray(real_photo("chelsea.png"))
    ours, theirs = finder.enrich([photo]), unmoderated.enrich([photo])
    assert ours.model_copy(update={"labels": ()}).model_dump() == theirs.model_dump()


def test_a_cup_of_coffee_is_a_coffee_mug_or_the_fit_says_that_no_word_is_right(
    finder: Enricher,
) -> None:
    best = finder.enrich([np.asarray(real_photo("coffee.png"))]).labels[0]
    assert best.label == "coffee mug" or best.fit < FITS


def test_a_motorcycle_is_found_among_other_words_and_fits() -> None:
    words = ["coffee mug", "sofa", "wall clock", "motorcycle"]
    with Enricher(labels=words, moderation=False, threads=1) as enricher:
        best = enricher.enrich([np.asarray(real_photo("motorcycle_left.png"))]).labels[0]
    assert best.label == "motorcycle"
    assert best.fit >= FITS


@pytest.mark.parametrize("name", ["astronaut.png", "chelsea.png", "rocket.jpg", "page.png"])
def test_photos_of_nothing_for_sale_fit_no_word_of_a_shoe_shop(name: str) -> None:
    with Enricher(labels=["sandals", "high heels"], moderation=False, threads=1) as shoes:
        best = shoes.enrich([np.asarray(real_photo(name))]).labels[0]
    assert best.score >= 0.5
    assert best.fit < FITS


def test_a_listing_without_a_readable_photo_has_no_labels(finder: Enricher) -> None:
    record = finder.enrich([b"no photo"])
    assert record.labels == ()
    assert record.photos[0].error is not None


def test_a_photo_that_failed_does_not_weigh_on_the_labels(finder: Enricher) -> None:
    photo = np.asarray(real_photo("coffee.png"))
    assert finder.enrich([b"no photo", photo]).labels == finder.enrich([photo]).labels


def test_labels_are_the_same_bytes_again_and_near_them_in_another_batch_size(
    finder: Enricher,
) -> None:
    listings = listings_of_real_photos()
    first = list(finder.enrich_many(listings))
    again = [record.model_dump_json() for record in finder.enrich_many(listings)]
    assert again == [record.model_dump_json() for record in first]
    with Enricher(labels=WORDS, moderation=False, threads=2, batch_size=1) as alone:
        for record, other in zip(first, alone.enrich_many(listings), strict=True):
            by_name = {label.label: label for label in other.labels}
            for label in record.labels:
                twin = by_name[label.label]
                assert abs(label.similarity - twin.similarity) <= 0.001
                assert abs(label.score - twin.score) <= 0.001
                assert abs(label.fit - twin.fit) <= 0.001


def test_the_order_of_the_words_changes_no_figure(finder: Enricher) -> None:
    photo = np.asarray(real_photo("coffee.png"))
    with Enricher(labels=WORDS[::-1], moderation=False, threads=1) as turned:
        figures = [{one.label: one for one in e.enrich([photo]).labels} for e in (turned, finder)]
    for word in WORDS:
        theirs, ours = (found[word] for found in figures)
        assert theirs.similarity == pytest.approx(ours.similarity, abs=2e-4)
        assert theirs.score == pytest.approx(ours.score, abs=2e-4)
        assert theirs.fit == pytest.approx(ours.fit, abs=2e-4)


def test_a_file_of_words_says_what_the_list_of_them_says(finder: Enricher, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("\n".join(WORDS))
    photo = np.asarray(real_photo("coffee.png"))
    for path in (file, str(file)):
        with Enricher(labels=path, moderation=False, threads=1) as enricher:
            assert enricher.enrich([photo]).labels == finder.enrich([photo]).labels


@pytest.mark.parametrize(
    ("labels", "error"),
    [
        ([], OwnLabelError),
        (["mug", "Mug"], OwnLabelError),
        (["so " * 40], OwnLabelError),
        ("gone.txt", DataFileError),
        (Path("gone.toml"), DataFileError),
    ],
)
def test_labels_that_cannot_be_used_are_refused_at_once(
    labels: list[str] | str | Path, error: type[Exception]
) -> None:
    with pytest.raises(error):
        Enricher(labels=labels, moderation=False, threads=1)


# Another bundle


@pytest.fixture
def other(unmoderated: Enricher, tmp_path: Path) -> Bundle:
    """A bundle of random weights with other widths, a shorter context, and one label for sale."""
    source, folder = unmoderated.bundle.folder, tmp_path / "other"
    folder.mkdir()
    config = json.loads((source / NETWORK_CONFIG).read_text())
    config["model_cfg"]["embed_dim"] = 24
    config["model_cfg"]["text_cfg"] |= {"context_length": 12, "width": 32, "layers": 1}
    (folder / NETWORK_CONFIG).write_text(json.dumps(config))
    shutil.copy(source / config["model_cfg"]["text_cfg"]["tokenizer_kwargs"]["bpe_path"], folder)
    torch.manual_seed(7)
    network = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    save_file(network.state_dict(), folder / NETWORK_WEIGHTS)
    labels = ("home.kitchen.drinkware.mugs", "not_listing.anything")
    TextMatrix({"category": LabelMatrix(labels, np.eye(2, 24, dtype=np.float32))}).save(
        folder / TEXT_MATRIX
    )
    entry = SetEntry(logit_scale=80, default_threshold=0.5, visible=labels)
    Calibration(fitted_on="nothing", sets={"category": entry}).save(folder / CALIBRATION)
    return seal(folder, name="other", version="1", taxonomy="1", licence="Apache-2.0")


def test_own_labels_work_with_any_bundle_in_its_own_words_and_scale(other: Bundle) -> None:
    photo = np.asarray(real_photo("coffee.png"))
    with Enricher(other.folder, labels=WORDS, moderation=False, threads=1) as enricher:
        found = enricher.enrich([photo]).labels
        vectors = embed_own_labels([OwnLabel(word) for word in WORDS], enricher.encoder).vectors
        cosines = vectors @ enricher.encoder.encode_images([photo])[0]
    weights = np.exp(80 * cosines.astype(float) - 80 * float(cosines.max()))
    expected = dict(zip(WORDS, weights / weights.sum(), strict=True))
    assert vectors.shape == (3, 24)
    for label in found:
        assert label.score == pytest.approx(expected[label.label], abs=2e-4)
    with pytest.raises(OwnLabelError, match="longer than bundle 'other' reads"):
        Enricher(other.folder, labels=["so " * 12], moderation=False, threads=1)


def test_a_bundle_whose_text_tower_is_broken_is_named(other: Bundle) -> None:
    encoder = Encoder(other)
    with torch.no_grad():
        encoder._source.clip.network.text_projection.fill_(torch.nan)  # type: ignore[attr-defined]
    with pytest.raises(BundleError, match="'other': a text embedding is zero or not finite"):
        embed_own_labels([OwnLabel("mug")], encoder)
