"""Looking at one photo: everything that is measured on its pixels, and whatever goes wrong."""

from typing import NoReturn

import numpy as np
import pytest
from PIL import Image

from photo_quality import PhotoQuality, QualityAnalyzer
from tests.vision.photos import encode, encode_frames, real_photo
from vision import Enricher, PhotoLimits
from vision.encoder import Encoder
from vision.look import Look, embed, look_at
from vision.marketplace_rules import MarketplaceRules
from vision.photo import PhotoSource

COFFEE = real_photo("coffee.png")
LIMITS = PhotoLimits()


class RaisingQuality(QualityAnalyzer):
    """An analyser that is out of order."""

    def analyze(self, *_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError("float division by zero")


@pytest.fixture(scope="module")
def encoder(unmoderated: Enricher) -> Encoder:
    return unmoderated.encoder


@pytest.fixture(scope="module")
def rules() -> MarketplaceRules:
    return MarketplaceRules.load("generic")


def looked(
    source: PhotoSource,
    rules: MarketplaceRules,
    encoder: Encoder,
    limits: PhotoLimits = LIMITS,
    quality: QualityAnalyzer | None = None,
) -> Look:
    return look_at(source, "a name", limits, rules, quality or QualityAnalyzer(), encoder)


def test_a_readable_photo_is_measured_in_full(rules: MarketplaceRules, encoder: Encoder) -> None:
    look = looked(COFFEE, rules, encoder)
    assert (look.name, look.error, look.failures) == ("a name", None, ())
    assert look.photo is not None
    assert (look.photo.width, look.photo.height) == COFFEE.size
    assert isinstance(look.quality, PhotoQuality)
    assert look.colors is not None
    assert look.prepared is not None


def test_an_unreadable_photo_is_an_error_and_nothing_else(
    rules: MarketplaceRules, encoder: Encoder
) -> None:
    look = looked(b"no photo", rules, encoder)
    assert look.error is not None
    assert look.error.code == "unsupported_format"
    assert (look.name, look.photo, look.quality, look.prepared) == ("a name", None, None, None)
    assert look.pictures() == []


def test_an_analyzer_that_raises_is_a_failure_and_the_others_go_on(
    rules: MarketplaceRules, encoder: Encoder
) -> None:
    look = looked(COFFEE, rules, encoder, quality=RaisingQuality())
    assert look.quality is None
    assert look.colors is not None
    assert look.prepared is not None
    (failure,) = look.failures
    assert failure == (
        "Looking at its photo quality failed: ZeroDivisionError: float division by zero"
    )


def test_frames_that_cannot_be_read_are_a_failure(
    rules: MarketplaceRules, encoder: Encoder
) -> None:
    pages = [Image.new("RGB", size, "red") for size in ((64, 64), (640, 64), (64, 64))]
    look = looked(encode_frames(pages, "tiff"), rules, encoder, PhotoLimits(max_side=100))
    assert look.failures == ("1 of its frames could not be read.",)


@pytest.mark.parametrize(("marketplace", "least"), [("ebay", 333), ("generic", 500)])
def test_the_marketplaces_own_least_size_is_asked_for(
    encoder: Encoder, marketplace: str, least: float
) -> None:
    look = looked(COFFEE.reduce(2), MarketplaceRules.load(marketplace), encoder)
    assert look.quality is not None
    (issue,) = (issue for issue in look.quality.issues if issue.code == "too_small")
    assert (issue.value, issue.threshold) == (200, least)


def test_moderation_sees_what_is_shown_at_full_size(
    rules: MarketplaceRules, encoder: Encoder
) -> None:
    large = COFFEE.resize((1500, 1000))
    (picture,) = looked(large, rules, encoder).pictures()
    assert (picture.kind, picture.full_size) == ("shown", (1500, 1000))
    assert picture.pixels.shape == (512, 768, 3)


def test_moderation_sees_hidden_pixels(rules: MarketplaceRules, encoder: Encoder) -> None:
    hiding = COFFEE.convert("RGBA")
    hiding.putalpha(0)
    shown, hidden = looked(encode(hiding, "png"), rules, encoder).pictures()
    assert (shown.kind, hidden.kind) == ("shown", "hidden")
    assert shown.pixels.min() == 255
    assert np.array_equal(hidden.pixels, np.asarray(COFFEE))


def test_moderation_sees_every_sampled_frame_that_differs_from_the_first(
    rules: MarketplaceRules, encoder: Encoder
) -> None:
    small = COFFEE.reduce(4)
    frames = [small, small.rotate(180), small, small.rotate(90)]
    pictures = looked(encode_frames(frames, "webp", lossless=True), rules, encoder).pictures()
    kinds = [(picture.kind, picture.frame) for picture in pictures]
    assert kinds == [("shown", None), ("frame", 1), ("frame", 3)]


def test_embeddings_go_to_the_photos_that_have_pixels(
    rules: MarketplaceRules, encoder: Encoder
) -> None:
    sources: list[PhotoSource] = [COFFEE, b"", real_photo("rocket.jpg")]
    looks = [looked(source, rules, encoder) for source in sources]
    same, (coffee, nothing, rocket) = embed(looks, encoder)
    assert same == looks
    assert nothing is None
    assert coffee is not None
    assert rocket is not None
    expected = encoder.encode_images([np.asarray(COFFEE), np.asarray(real_photo("rocket.jpg"))])
    assert np.array_equal(np.stack([coffee, rocket]), expected)


def test_no_looks_have_no_embeddings(encoder: Encoder) -> None:
    assert embed([], encoder) == ([], [])
