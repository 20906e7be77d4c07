"""What a calibration does with photos: what it states and suggests, and whether that is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from taggers.category import CategoryTagger
from taggers.facets import NONE_OF_THESE
from taggers.fitting.photos import Flags, Floats, LabelledPhotos
from taggers.fitting.reliability import calibration_error, calibration_noise, reliability
from taggers.scoring import label_scales, photo_probabilities, way_of
from taggers.taxonomy import Taxonomy
from weights.labels import LabelMatrix, LabelSet, SetCalibration


@dataclass(frozen=True, eq=False)
class Outcome:
    """Of N photos: the `confidence` in the class of the likeliest label and whether it is `right`;
    whether the photo is of something `for_sale`, whether a label was `suggested`, and whether that
    suggestion was right (`hit`).
    """

    confidence: Floats
    right: Flags
    for_sale: Flags
    suggested: Flags
    hit: Flags


def decide(
    photos: LabelledPhotos, calibration: SetCalibration, taxonomy: Taxonomy | None
) -> Outcome:
    """What the calibration does with each photo, on its own.

    With a taxonomy, categories are decided as `CategoryTagger` does; without, the likeliest label
    of a facet is suggested from its threshold.
    """
    probabilities = photo_probabilities(
        photos.cosines,
        label_scales(photos.labels, calibration),
        way_of(calibration.scoring, photos.labels),
    )
    if taxonomy is None:
        suggested, hit = _facet_suggestions(photos, probabilities, calibration)
    else:
        suggested, hit = _category_suggestions(photos, probabilities, calibration, taxonomy)
    confidence = np.clip((probabilities * photos.tested).sum(axis=1), 0.0, 1.0)
    return Outcome(confidence, photos.tested_right, photos.for_sale, suggested, hit)


def join_outcomes(parts: Sequence[Outcome]) -> Outcome:
    """Outcomes of different photos as one."""
    return Outcome(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("confidence", "right", "for_sale", "suggested", "hit")
        )
    )


def outcome_figures(outcome: Outcome) -> Mapping[str, float]:
    """The figures of a set as a whole, shares in 0..1; those of which there is no photo left out.

    `coverage` and `precision` are of photos of things for sale, `not_listing_given_a_category` is
    the share of the others with a suggestion, and `calibration_error_noise` is the calibration
    error that confidences which are exactly true would show on so many photos.
    """
    for_sale, suggested = outcome.for_sale, outcome.suggested
    found = {
        "photos": float(len(outcome.right)),
        "top1": _share(outcome.right),
        "expected_calibration_error": calibration_error(
            reliability(outcome.confidence, outcome.right)
        ),
        "calibration_error_noise": calibration_noise(outcome.confidence),
        "coverage": _share(suggested[for_sale]),
        "precision": _share(outcome.hit[suggested & for_sale]),
        "not_listing_given_a_category": _share(suggested[~for_sale]),
    }
    return {name: value for name, value in found.items() if value is not None}


def _facet_suggestions(
    photos: LabelledPhotos, probabilities: Floats, calibration: SetCalibration
) -> tuple[Flags, Flags]:
    thresholds = np.array([calibration.threshold(label) for label in photos.labels])
    likeliest = probabilities[np.arange(len(photos)), photos.likeliest]
    is_label = np.array([label != NONE_OF_THESE for label in photos.labels])
    suggested = (likeliest >= thresholds[photos.likeliest]) & is_label[photos.likeliest]
    return suggested, suggested & photos.tested_right


def _category_suggestions(
    photos: LabelledPhotos,
    probabilities: Floats,
    calibration: SetCalibration,
    taxonomy: Taxonomy,
) -> tuple[Flags, Flags]:
    vectors = np.eye(len(photos.labels), dtype=np.float32)
    tagger = CategoryTagger(LabelSet(LabelMatrix(photos.labels, vectors), calibration), taxonomy)
    chosen = [tagger.decide(row).category for row in probabilities]
    nodes = np.array(["" if one is None else one.id for one in chosen])
    hit = np.zeros(len(photos), np.bool_)
    for node in set(nodes[nodes != ""].tolist()):
        here = nodes == node
        hit[here] = photos.take(here).agrees_with(frozenset({node, *taxonomy.descendants(node)}))
    return nodes != "", hit


def _share(flags: Flags) -> float | None:
    return float(flags.mean()) if len(flags) else None
