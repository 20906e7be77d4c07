import sys
from datetime import date

import numpy as np
import pytest

from moderation import (
    DecidedPhoto,
    DetectorError,
    KnownPhotos,
    PdqDetector,
    Picture,
    Policy,
    assess_photo,
    compute_pdq,
    look,
    policy_names,
)
from moderation.look import PictureDetector
from moderation.nudenet import NudeNetDetector
from tests.moderation.pictures import Image, photo

ASTRONAUT = photo("astronaut")
POLICIES = [Policy.load(name) for name in policy_names()]


def _detector(pixels: Image, *decisions: str) -> PdqDetector:
    hashed = compute_pdq(pixels)
    rows = [
        DecidedPhoto(
            pdq=hashed.hex,
            quality=hashed.quality,
            decision=decision,  # type: ignore[arg-type]
            list_name="desk",
            decided_on=date(2026, 3, 1),
        )
        for decision in decisions
    ]
    return PdqDetector(KnownPhotos(rows, "abc"))


def test_a_photo_of_a_list_is_recognized_with_the_list_and_the_day() -> None:
    detector = _detector(ASTRONAUT, "removed")
    assert isinstance(detector, PictureDetector)
    evidence = look([Picture(ASTRONAUT)], [detector])
    (found,) = evidence.views[0].detections
    assert (found.label, found.score, found.box, found.detector) == ("removed", 1.0, None, "pdq")
    assert found.note == (
        "Like a photo of the list 'desk', removed on 2026-03-01: 0 of 256 bits differ."
    )
    assert evidence.detectors == ("pdq@abc",)


def test_the_score_falls_with_the_distance_and_every_match_reaches_the_policies() -> None:
    noisy = ASTRONAUT.copy()
    noisy[100:180, 100:180] = 255
    hashes = compute_pdq(ASTRONAUT), compute_pdq(noisy)
    distance = hashes[0].distance(hashes[1])
    assert 0 < distance <= 31
    (found,) = look([Picture(noisy)], [_detector(ASTRONAUT, "removed")]).views[0].detections
    assert found.score == round(1 - distance / 256, 4)
    for policy in POLICIES:
        assert policy.labels["known_removed"].review is not None
        assert policy.labels["known_removed"].review <= 1 - 31 / 256


def test_another_photo_is_not_recognized() -> None:
    assert (
        look([Picture(photo("coffee"))], [_detector(ASTRONAUT, "removed")]).views[0].detections
        == ()
    )


def test_a_hash_that_the_caller_has_is_used() -> None:
    picture = Picture(photo("coffee"), pdq=compute_pdq(ASTRONAUT))
    assert look([picture], [_detector(ASTRONAUT, "removed")]).views[0].detections


@pytest.mark.parametrize("policy", POLICIES, ids=policy_names())
def test_a_removed_photo_never_passes_again(policy: Policy) -> None:
    evidence = look([Picture(ASTRONAUT)], [_detector(ASTRONAUT, "removed")])
    result = assess_photo(evidence, policy)
    assert result.verdict == ("block" if policy.name == "poshmark" else "review")
    assert result.labels[0].label == "known_removed"
    assert result.labels[0].detector_version == "abc"
    assert "desk" in result.labels[0].note


@pytest.mark.parametrize("policy", POLICIES, ids=policy_names())
def test_an_approved_photo_lowers_no_verdict(policy: Policy) -> None:
    coffee = photo("coffee")
    body = NudeNetDetector(threads=1)
    alone = assess_photo(look([Picture(coffee)], [body]), policy)
    known = assess_photo(look([Picture(coffee)], [body, _detector(coffee, "approved")]), policy)
    assert known.verdict == alone.verdict
    assert known.mature == alone.mature
    assert "known_approved" in [flag.label for flag in known.labels]
    both = look([Picture(coffee)], [_detector(coffee, "approved", "removed")])
    assert assess_photo(both, policy).verdict != "clear"


def test_not_being_known_is_no_reason_to_be_clear() -> None:
    for decisions, pixels in (((), ASTRONAUT), (("approved",), ASTRONAUT)):
        evidence = look([Picture(pixels)], [_detector(pixels, *decisions)])
        assert assess_photo(evidence, POLICIES[0]).verdict == "unassessed"


def test_hidden_pixels_are_recognized_as_well() -> None:
    pictures = [Picture(np.full((90, 90, 3), 255, np.uint8)), Picture(ASTRONAUT, "hidden")]
    evidence = look(pictures, [_detector(ASTRONAUT, "removed")])
    (flag,) = assess_photo(evidence, POLICIES[0]).labels
    assert flag.view == "hidden"


def test_an_image_that_cannot_be_hashed_goes_to_review() -> None:
    evidence = look([Picture(np.zeros(5, np.uint8))], [_detector(ASTRONAUT, "removed")])
    assert "The detector pdq failed on the photo" in evidence.failures[0]
    assert assess_photo(evidence, POLICIES[0]).verdict == "review"


def test_without_the_extra_the_layer_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pdqhash", None)
    with pytest.raises(DetectorError, match="extra `hashes`"):
        PdqDetector(KnownPhotos([], "1"))
