"""Whole fits: from nothing, again from what a bundle has, and measured on photos held out."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from taggers.facets import NONE_OF_THESE
from taggers.fitting import Fitting, LabelledPhotos, cross_fitted_figures, fit_calibration
from taggers.fitting.decisions import decide, outcome_figures
from taggers.fitting.thresholds import LEAST_THRESHOLD, MOST_THRESHOLD
from taggers.taxonomy import load_taxonomy
from tests.taggers.fitting.drawn import CHAIRS, FACES, LABELS, SHIRTS, drawn, photos
from weights.calibration import SetEntry
from weights.labels import LabelCalibration, SetCalibration

TREE = load_taxonomy()
BEFORE = SetCalibration(
    20.0,
    0.7,
    frozenset(LABELS),
    {CHAIRS: LabelCalibration(0.55, 0.96, 0.5, 80)},
    least_confidence=0.25,
)


def clear(count: int, clarity: float) -> LabelledPhotos:
    """Every label in turn, its cosine above the others' by `clarity` on average."""
    truth = np.arange(count) % 5
    noise = np.random.default_rng(5).normal(scale=0.1, size=(count, 5))
    return photos(np.clip(clarity * np.eye(5)[truth] + noise, -1, 1), truth)


def test_a_fit_from_nothing_sees_every_label_and_has_thresholds_within_bounds() -> None:
    found = fit_calibration(drawn(20.0, 3000, seed=3), Fitting(0.8, TREE))
    assert found.visible == set(LABELS)
    assert found.logit_scale == pytest.approx(20.0, rel=0.15)
    assert found.least_confidence == LEAST_THRESHOLD
    thresholds = [found.default_threshold, *(one.threshold for one in found.labels.values())]
    assert all(LEAST_THRESHOLD <= one <= MOST_THRESHOLD for one in thresholds)


def test_what_the_photos_do_not_carry_stays_as_it_was() -> None:
    everything = drawn(20.0, 3000, seed=3)
    tops = everything.take((everything.likeliest < 2) & (everything.truth < 2))
    found = fit_calibration(tops, Fitting(0.8, TREE, BEFORE))
    assert found.labels[CHAIRS] is BEFORE.labels[CHAIRS]
    assert {SHIRTS, "clothing"} <= set(found.labels)
    assert (found.visible, found.least_confidence) == (BEFORE.visible, BEFORE.least_confidence)
    assert found.default_threshold == BEFORE.default_threshold


def test_a_wrong_temperature_is_put_right() -> None:
    wrong = replace(BEFORE, logit_scale=70.0)
    held_out = drawn(20.0, 3000, seed=9)
    found = fit_calibration(drawn(20.0, 3000, seed=3), Fitting(0.8, TREE, wrong))
    before, after = (
        outcome_figures(decide(held_out, one, TREE))["expected_calibration_error"]
        for one in (wrong, found)
    )
    assert before > 0.15
    assert after < 0.03


def test_a_fit_needs_photos() -> None:
    with pytest.raises(ValueError, match="no photo"):
        fit_calibration(clear(0, 0.9), Fitting(0.95))


def test_clear_photos_are_all_decided_and_decided_right() -> None:
    assert cross_fitted_figures(clear(240, clarity=0.9), Fitting(0.95, TREE)) == {
        "photos": 240,
        "top1": 1.0,
        "expected_calibration_error": pytest.approx(0.0, abs=0.02),
        "calibration_error_noise": pytest.approx(0.0, abs=0.02),
        "coverage": pytest.approx(1.0, abs=0.02),
        "precision": 1.0,
        "not_listing_given_a_category": 0.0,
    }


def test_photos_that_say_nothing_are_hardly_decided() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        measured = cross_fitted_figures(clear(240, clarity=0.0), Fitting(0.95, TREE))
    assert measured["coverage"] < 0.2
    assert all(0 <= value <= 1 for name, value in measured.items() if name != "photos")


def test_no_photo_judges_what_it_was_fitted_on() -> None:
    # Labels that mean nothing: thresholds fitted and judged on the same photos look better.
    noise = drawn(4.0, 300, seed=8)
    fitting = Fitting(0.6)
    same = outcome_figures(decide(noise, fit_calibration(noise, fitting), None))
    assert cross_fitted_figures(noise, fitting)["precision"] < same["precision"]


def test_a_facet_suggests_its_likeliest_label_from_its_threshold() -> None:
    calibration = SetCalibration(10.0, 0.6, frozenset(LABELS), {FACES: LabelCalibration(0.99)})
    cosines = np.array([[0.9, 0, 0, 0, 0], [0.1, 0, 0, 0, 0], [0, 0, 0, 0, 0.3]])
    outcome = decide(photos(cosines, np.array([0, 0, 4])), calibration, None)
    assert outcome.suggested.tolist() == [True, False, False]
    assert outcome.hit.tolist() == [True, False, False]


def test_what_is_stored_says_what_was_fitted() -> None:
    scales = np.array([10.0, 10.0, 40.0, 40.0, 40.0])
    found = fit_calibration(drawn(scales, 3000, seed=3), Fitting(0.8, TREE))
    entry = SetEntry.of(found, {"photos": 3000.0})
    read = entry.calibration()
    assert entry.department_scales
    assert (read.logit_scale, dict(read.department_scales)) == (
        found.logit_scale,
        dict(found.department_scales),
    )
    assert {label: read.threshold(label) for label in found.labels} == {
        label: found.threshold(label) for label in found.labels
    }


def test_a_set_that_is_scored_level_by_level_is_fitted_and_judged_so() -> None:
    before = replace(BEFORE, scoring="levels", calibrated=False, logit_scale=60.0, labels={})
    found = fit_calibration(clear(600, 0.3), Fitting(0.9, TREE, before))
    assert (found.scoring, found.calibrated) == ("levels", True)
    held_out = photos(clear(900, 0.3).cosines[600:], clear(900, 0.3).truth[600:])
    was, now = (outcome_figures(decide(held_out, one, TREE)) for one in (before, found))
    assert now["expected_calibration_error"] < was["expected_calibration_error"]
    assert now["precision"] > 0.85
    assert now["coverage"] > 0.3


def test_none_of_these_is_no_suggestion_of_a_fitted_facet() -> None:
    labels = ("retro", "rustic", "glam", "punk", NONE_OF_THESE)
    cosines, truth = clear(600, 0.5).cosines, clear(600, 0.5).truth
    drawn_photos = photos(cosines, truth, labels)
    before = SetCalibration(50.0, 0.9, frozenset(labels), scoring="independent", calibrated=False)
    found = fit_calibration(drawn_photos, Fitting(0.8, None, before))
    assert (found.scoring, found.calibrated) == ("independent", True)
    assert set(found.labels) == {"retro", "rustic", "glam", "punk"}
    outcome = decide(drawn_photos, found, None)
    assert not outcome.suggested[drawn_photos.likeliest == labels.index(NONE_OF_THESE)].any()
    assert outcome.suggested.any()


def test_a_threshold_that_none_of_these_was_once_given_is_dropped() -> None:
    labels = ("retro", NONE_OF_THESE)
    given = {"retro": LabelCalibration(0.6), NONE_OF_THESE: LabelCalibration(0.99)}
    before = SetCalibration(20.0, 0.7, frozenset(labels), given)
    few = photos(np.tile([0.4, 0.1], (10, 1)), np.zeros(10, np.int64), labels)
    assert fit_calibration(few, Fitting(0.9, None, before)).labels == {"retro": given["retro"]}
