"""From what was seen of a listing to its record."""

import numpy as np
import pytest

from moderation import Evidence, View
from photo_quality import QualityAnalyzer
from taggers import load_facets, load_taxonomy
from tests.vision.photos import real_photo
from vision import Enricher, Listing, PhotoError
from vision.assemble import BASE_COLOR, STYLE, Assembler
from vision.encoder import Embeddings
from vision.look import Look
from vision.marketplace_rules import MarketplaceRules
from vision.photo import open_photo
from vision.record_parts import SeenPhoto
from vision.version import __version__
from weights.bundle import Bundle

COFFEE = np.asarray(real_photo("coffee.png"))
DETECTORS = ("some@1",)
FAILED = PhotoError("truncated", "The photo is cut off.")


@pytest.fixture(scope="module")
def bundle(unmoderated: Enricher) -> Bundle:
    return unmoderated.bundle


@pytest.fixture(scope="module")
def assembler(bundle: Bundle) -> Assembler:
    return Assembler(bundle, load_taxonomy())


def rules(marketplace: str = "generic") -> MarketplaceRules:
    return MarketplaceRules.load(marketplace)


def seen(embedding: Embeddings | None, name: str = "1.png") -> SeenPhoto:
    """A readable photo that the model gave this embedding."""
    photo = open_photo(COFFEE, name=name)
    look = Look(name, None, photo, QualityAnalyzer().analyze(photo.pixels))
    return SeenPhoto.of(look, embedding, Evidence((View("shown"),), DETECTORS))


def failed(name: str = "2.png") -> SeenPhoto:
    return SeenPhoto.of(Look(name, FAILED), None, Evidence.failed(FAILED.message, DETECTORS))


def listing_of(count: int) -> Listing:
    names = tuple(f"{i}.png" for i in range(count))
    return Listing("mug-17", names, names, {"price": 12.5})


def embedding_of(bundle: Bundle, label: str) -> Embeddings:
    """The label's own text embedding: a photo that could not look more like it."""
    matrix = bundle.label_sets["category"].matrix
    return np.asarray(matrix.vectors[matrix.ids.index(label)], np.float32)


def some_label(bundle: Bundle) -> str:
    """The visible node of the taxonomy that the bundle is surest of."""
    taxonomy, labels = load_taxonomy(), bundle.label_sets["category"]
    visible = [label for label in labels.calibration.visible if label in taxonomy.nodes]
    return min(visible, key=lambda label: (labels.calibration.threshold(label), label))


def test_the_record_says_what_said_it(assembler: Assembler, bundle: Bundle) -> None:
    record = assembler.record(listing_of(1), [failed()], rules("etsy"))
    assert record.model.model_dump() == {
        "bundle": bundle.name,
        "version": bundle.version,
        "sha256": bundle.sha256,
        "library": __version__,
        "taxonomy": load_taxonomy().version,
        "marketplace": "etsy",
    }
    assert (record.listing_id, record.extra) == ("mug-17", {"price": 12.5})


def test_a_photo_that_looks_like_a_label_makes_it_the_likeliest_category(
    assembler: Assembler, bundle: Bundle
) -> None:
    label = some_label(bundle)
    record = assembler.record(listing_of(1), [seen(embedding_of(bundle, label))], rules())
    nodes = [one for one in (record.category, *(record.category or record).alternatives) if one]  # type: ignore[union-attr]
    likeliest = max(nodes, key=lambda node: (node.confidence, node.id.count(".")))
    assert likeliest.id == label or label.startswith(f"{likeliest.id}.")


def test_a_category_and_its_words_agree(assembler: Assembler, bundle: Bundle) -> None:
    record = assembler.record(
        listing_of(1), [seen(embedding_of(bundle, some_label(bundle)))], rules()
    )
    assert record.category is not None
    assert record.category_reason is None
    assert record.category.path == load_taxonomy().nodes[record.category.id].path
    assert any(tag.source == "category" for tag in record.tags)


def test_photos_keep_their_order_and_failed_ones_their_place(
    assembler: Assembler, bundle: Bundle
) -> None:
    embedding = embedding_of(bundle, some_label(bundle))
    photos = [failed("a"), seen(embedding, "b"), failed("c"), seen(embedding, "d")]
    record = assembler.record(listing_of(4), photos, rules())
    assert [(photo.index, photo.source) for photo in record.photos] == [
        (0, "a"),
        (1, "b"),
        (2, "c"),
        (3, "d"),
    ]
    assert record.quality.cover == 1
    assert record.moderation.verdict == "review"
    assert record.moderation.reasons == (
        "Photo 1: The photo is cut off.",
        "Photo 3: The photo is cut off.",
    )


def test_photos_that_failed_do_not_weigh_on_the_category(
    assembler: Assembler, bundle: Bundle
) -> None:
    photo = seen(embedding_of(bundle, some_label(bundle)))
    alone = assembler.record(listing_of(1), [photo], rules())
    among = assembler.record(listing_of(3), [failed(), photo, failed()], rules())
    assert among.category == alone.category
    assert among.facets == alone.facets


def test_without_a_photo_that_could_be_read_the_record_is_whole_and_says_nothing(
    assembler: Assembler,
) -> None:
    record = assembler.record(listing_of(2), [failed(), failed()], rules())
    assert record.category is None
    assert record.category_reason
    assert (record.styles, record.tags, record.colors.palette) == ((), (), ())
    assert (record.quality.score, record.quality.cover) == (None, None)
    assert len(record.photos) == 2


def test_every_facet_has_a_list_but_style_and_color_which_have_their_own_fields(
    assembler: Assembler,
) -> None:
    record = assembler.record(listing_of(1), [failed()], rules())
    assert set(record.facets) == set(load_facets()) - {STYLE, BASE_COLOR}


def test_every_facet_has_a_value_with_its_reason_or_a_reason_why_not(
    assembler: Assembler, bundle: Bundle
) -> None:
    for photo in (seen(embedding_of(bundle, some_label(bundle))), failed()):
        record = assembler.record(listing_of(1), [photo], rules())
        values = {**record.facets, STYLE: record.styles}
        assert set(record.facet_reasons) == {name for name, found in values.items() if not found}
        assert all(record.facet_reasons.values())
        assert all(value.reason for found in values.values() for value in found)


def test_the_same_photos_give_the_same_bytes(assembler: Assembler, bundle: Bundle) -> None:
    photos = [seen(embedding_of(bundle, some_label(bundle))), failed()]
    first = assembler.record(listing_of(2), photos, rules())
    again = assembler.record(listing_of(2), photos, rules())
    assert first.model_dump_json() == again.model_dump_json()
