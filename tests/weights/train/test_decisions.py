"""What thresholds decide is counted on photos that did not set them."""

import warnings

import numpy as np
import pytest

from taggers.prompts import NOT_LISTING
from taggers.taxonomy import load_taxonomy
from weights.train.calibrate import Labelled
from weights.train.decisions import cross_fitted

LABELS = ("clothing.tops.shirts", "home.furniture.chairs", f"{NOT_LISTING}faces")


def photos(count: int, clarity: float) -> Labelled:
    """Every label in turn, its cosine above the others' by `clarity` on average."""
    right = np.eye(3, dtype=bool)[np.arange(count) % 3]
    noise = np.random.default_rng(5).normal(scale=0.1, size=(count, 3))
    return Labelled(LABELS, np.clip(clarity * right + noise, -1, 1), right, np.ones(count))


def test_clear_photos_are_all_decided_and_decided_right() -> None:
    assert cross_fitted(photos(240, clarity=0.9), 0.95, load_taxonomy()) == {
        "coverage": pytest.approx(1.0, abs=0.02),
        "precision": 1.0,
        "not_listing_given_a_category": 0.0,
    }


def test_photos_that_say_nothing_are_hardly_decided() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        measured = cross_fitted(photos(240, clarity=0.0), 0.95, load_taxonomy())
    assert measured["coverage"] < 0.2
    assert all(0 <= value <= 1 for value in measured.values())
