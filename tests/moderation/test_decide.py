import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import Context, Detection, Evidence, Policy, View, assess_listing, assess_photo
from moderation.decide import NO_PHOTO, NOTHING_SEEN, outcome
from moderation.evidence import ViewKind
from moderation.policy import LabelRule
from moderation.taxonomy import taxonomy
from moderation.verdict import PhotoModeration, severity, worst

NUDENET = "nudenet-320n"
LOOKED = ("nudenet-320n@c15d8273adad",)
DEFAULT = Policy.load("default")
ETSY = Policy.load("etsy")
POSHMARK = Policy.load("poshmark")
GIRLS = Context(category_id="clothing.kids.tops", department="girls")
GIRLS_SWIMWEAR = Context(category_id="clothing.kids.swimwear", department="girls")


def _seen(label: str, score: float, detector: str = NUDENET) -> Evidence:
    detection = Detection(label, score, (1, 2, 3, 4), detector)
    return Evidence((View("shown", (detection,)),), LOOKED)


CLEAN = Evidence((View("shown"),), LOOKED)

TABLE = {
    "FEMALE_GENITALIA_EXPOSED": ("explicit_nudity", "review", True),
    "MALE_GENITALIA_EXPOSED": ("explicit_nudity", "review", True),
    "FEMALE_BREAST_EXPOSED": ("explicit_nudity", "review", True),
    "ANUS_EXPOSED": ("explicit_nudity", "review", True),
    "BUTTOCKS_EXPOSED": ("partial_nudity", "review", True),
    "FEMALE_GENITALIA_COVERED": ("swimwear_or_underwear", "review", False),
    "ANUS_COVERED": ("swimwear_or_underwear", "review", False),
    "BUTTOCKS_COVERED": ("swimwear_or_underwear", "review", False),
    "MALE_BREAST_EXPOSED": (None, "clear", False),
    "BELLY_EXPOSED": (None, "clear", False),
    "FEMALE_BREAST_COVERED": (None, "clear", False),
    "BELLY_COVERED": (None, "clear", False),
    "FACE_FEMALE": (None, "clear", False),
    "FACE_MALE": (None, "clear", False),
    "FEET_EXPOSED": (None, "clear", False),
    "FEET_COVERED": (None, "clear", False),
    "ARMPITS_EXPOSED": (None, "clear", False),
    "ARMPITS_COVERED": (None, "clear", False),
}


def test_the_table_below_lists_all_labels_of_the_detector() -> None:
    assert set(TABLE) == set(taxonomy().detectors[NUDENET])


@pytest.mark.parametrize("detector_label", TABLE)
def test_each_label_through_the_default_policy(detector_label: str) -> None:
    label, verdict, mature = TABLE[detector_label]
    photo = assess_photo(_seen(detector_label, 0.8), DEFAULT)
    assert (photo.verdict, photo.mature) == (verdict, mature)
    assert [flag.label for flag in photo.labels] == ([label] if label else [])


@pytest.mark.parametrize("detector_label", TABLE)
def test_the_default_policy_blocks_nothing_even_at_the_highest_score(detector_label: str) -> None:
    assert assess_photo(_seen(detector_label, 1.0), DEFAULT).verdict != "block"


def test_a_flag_carries_all_its_evidence() -> None:
    detection = Detection("BUTTOCKS_EXPOSED", 0.6, (10, 20, 30, 40), NUDENET)
    photo = assess_photo(Evidence((View("frame", (detection,), 5),), LOOKED), DEFAULT)
    (flag,) = assess_listing([assess_photo(CLEAN, DEFAULT), photo], DEFAULT).labels
    rule = DEFAULT.labels["partial_nudity"]
    assert (flag.label, flag.score, flag.threshold) == ("partial_nudity", 0.6, 0.2)
    assert (flag.photo, flag.view, flag.frame, flag.box) == (1, "frame", 5, (10, 20, 30, 40))
    assert (flag.policy, flag.reason) == (rule.code, rule.reason)
    assert flag.seller_message == rule.seller_message
    assert (flag.detector, flag.detector_label) == (NUDENET, "BUTTOCKS_EXPOSED")
    assert f"{flag.detector}@{flag.detector_version}" == LOOKED[0]


@pytest.mark.parametrize("kind", ["hidden", "frame"])
def test_pixels_not_shown_at_once_count_like_those_shown(kind: ViewKind) -> None:
    detection = Detection("FEMALE_BREAST_EXPOSED", 0.9, (0, 0, 5, 5), NUDENET)
    hidden = View(kind, (detection,), 3 if kind == "frame" else None)
    photo = assess_photo(Evidence((View("shown"), hidden), LOOKED), DEFAULT)
    assert photo.verdict == "review"
    assert photo.labels[0].view == kind
    assert photo.labels[0].frame == hidden.frame


def test_thresholds_are_reached_not_passed() -> None:
    rule = LabelRule(code="A", reason="b", seller_message="c", flag=0.2, review=0.5, block=0.9)
    assert outcome(rule, 0.19) is None
    assert outcome(rule, 0.2) == ("clear", 0.2)
    assert outcome(rule, 0.5) == ("review", 0.5)
    assert outcome(rule, 0.9) == ("block", 0.9)


def test_the_three_states() -> None:
    assert assess_photo(CLEAN, POSHMARK).verdict == "clear"
    assert assess_photo(_seen("MALE_GENITALIA_EXPOSED", 0.3), POSHMARK).verdict == "review"
    assert assess_photo(_seen("MALE_GENITALIA_EXPOSED", 0.97), POSHMARK).verdict == "block"


def test_any_failure_makes_it_review() -> None:
    failed = Evidence.failed("The file is damaged.", LOOKED)
    partly = Evidence((View("shown"),), LOOKED, ("Frame 3 could not be read.",))
    for evidence in (failed, partly):
        photo = assess_photo(evidence, DEFAULT)
        assert photo.verdict == "review"
        assert photo.reasons == evidence.failures


def test_a_failure_does_not_soften_a_block() -> None:
    blocked = _seen("MALE_GENITALIA_EXPOSED", 0.97)
    evidence = Evidence(blocked.views, LOOKED, ("Frame 3 could not be read.",))
    assert assess_photo(evidence, POSHMARK).verdict == "block"


def test_an_unknown_label_of_a_detector_goes_to_review_at_any_score() -> None:
    for policy in (DEFAULT, ETSY, POSHMARK):
        photo = assess_photo(_seen("ELBOW_EXPOSED", 0.0), policy)
        assert photo.verdict == "review"
        assert photo.labels[0].detector_label == "ELBOW_EXPOSED"
    assert assess_photo(_seen("FACE_FEMALE", 0.9, "another"), DEFAULT).verdict == "review"


def test_detectors_that_saw_no_pixels_are_a_failure() -> None:
    photo = assess_photo(Evidence(detectors=LOOKED), DEFAULT)
    assert (photo.verdict, photo.reasons) == ("review", (NOTHING_SEEN,))


def test_unassessed_only_where_nobody_looked_and_nothing_failed() -> None:
    photo = assess_photo(Evidence.not_assessed(), DEFAULT)
    assert photo.verdict == "unassessed"
    assert assess_listing([photo, photo], DEFAULT).verdict == "unassessed"
    broken = assess_photo(Evidence.failed("The file is empty."), DEFAULT)
    assert broken.verdict == "review"
    assert assess_listing([photo, broken], DEFAULT).verdict == "review"


def test_a_listing_with_an_unassessed_photo_is_not_clear() -> None:
    photos = [assess_photo(CLEAN, DEFAULT), assess_photo(Evidence.not_assessed(), DEFAULT)]
    assert assess_listing(photos, DEFAULT).verdict == "unassessed"


def test_a_listing_without_photos_goes_to_review() -> None:
    listing = assess_listing([], DEFAULT)
    assert (listing.verdict, listing.reasons) == ("review", (NO_PHOTO,))


def test_a_listing_is_as_severe_as_its_worst_photo_and_orders_labels_by_severity() -> None:
    photos = [
        assess_photo(_seen("FEMALE_GENITALIA_COVERED", 0.35), POSHMARK),
        assess_photo(_seen("BUTTOCKS_EXPOSED", 0.5), POSHMARK),
        assess_photo(_seen("MALE_GENITALIA_EXPOSED", 0.99), POSHMARK),
    ]
    listing = assess_listing(photos, POSHMARK)
    assert listing.verdict == "block"
    assert listing.mature
    assert [flag.photo for flag in listing.labels] == [2, 1, 0]
    assert listing.detectors == LOOKED
    assert listing.policy == "poshmark@4"
    assert [reason[:9] for reason in listing.reasons] == ["Photo 1: ", "Photo 2: ", "Photo 3: "]


def test_etsy_allows_labelled_mature_items_where_poshmark_does_not() -> None:
    evidence = _seen("BUTTOCKS_EXPOSED", 0.5)
    etsy, poshmark = assess_photo(evidence, ETSY), assess_photo(evidence, POSHMARK)
    assert (etsy.verdict, etsy.mature) == ("clear", True)
    assert (poshmark.verdict, poshmark.mature) == ("review", True)
    assert "mature" in etsy.labels[0].seller_message
    assert "not allow" in poshmark.labels[0].seller_message


def test_a_photo_that_a_person_should_look_at_is_not_yet_called_mature() -> None:
    perhaps = assess_photo(_seen("BUTTOCKS_EXPOSED", 0.3), DEFAULT)
    assert (perhaps.verdict, perhaps.mature) == ("review", False)
    probably = assess_photo(_seen("BUTTOCKS_EXPOSED", 0.5), DEFAULT)
    assert (probably.verdict, probably.mature) == ("review", True)


def test_childrens_underwear_and_swimwear_always_go_to_review() -> None:
    for policy in (DEFAULT, ETSY, POSHMARK):
        for evidence in (CLEAN, Evidence.not_assessed()):
            photo = assess_photo(evidence, policy, GIRLS_SWIMWEAR)
            listing = assess_listing([photo], policy, GIRLS_SWIMWEAR)
            assert photo.verdict == listing.verdict == "review"
            assert listing.reasons == (policy.childrens_items.reason,)


def test_bare_skin_on_a_childrens_item_goes_to_review_and_on_an_adults_does_not() -> None:
    evidence = _seen("BELLY_EXPOSED", 0.3)
    assert assess_photo(evidence, DEFAULT).verdict == "clear"
    photo = assess_photo(evidence, DEFAULT, GIRLS)
    assert photo.verdict == "review"
    assert photo.labels[0].policy == DEFAULT.childrens_items.code
    assert not photo.mature


def test_the_rule_for_childrens_items_never_softens_a_verdict() -> None:
    evidence = _seen("MALE_GENITALIA_EXPOSED", 0.99)
    assert assess_photo(evidence, POSHMARK, GIRLS).verdict == "block"


def test_a_childrens_item_without_any_of_that_is_clear() -> None:
    assert assess_photo(_seen("FACE_FEMALE", 0.9), DEFAULT, GIRLS).verdict == "clear"


def test_a_stored_record_is_decided_again_without_pixels() -> None:
    first = Detection("BUTTOCKS_EXPOSED", 0.5, (1, 1, 9, 9), NUDENET)
    second = Detection("FACE_FEMALE", 0.9, None, NUDENET)
    views = (View("shown", (first, second)), View("frame", (first,), 0), View("frame", (first,), 7))
    evidence = Evidence(views, LOOKED, ("Frame 3 could not be read.",))
    stored = Evidence.from_rows(list(evidence.rows()), evidence.detectors, evidence.failures)
    for policy in (DEFAULT, ETSY, POSHMARK):
        assert assess_photo(stored, policy) == assess_photo(evidence, policy)


def test_a_stored_photo_on_which_nothing_was_found_stays_clear() -> None:
    assert assess_photo(Evidence.from_rows([], LOOKED), DEFAULT).verdict == "clear"
    assert assess_photo(Evidence.from_rows([], ()), DEFAULT).verdict == "unassessed"


EVIDENCE = st.builds(
    lambda found, failures: Evidence((View("shown", tuple(found)),), LOOKED, tuple(failures)),
    st.lists(
        st.builds(
            Detection,
            label=st.sampled_from(sorted(TABLE)),
            score=st.floats(0, 1),
            box=st.none(),
            detector=st.just(NUDENET),
        ),
        max_size=5,
    ),
    st.lists(st.text(min_size=1), max_size=2),
)


@given(st.lists(EVIDENCE, min_size=1, max_size=4), st.sampled_from([DEFAULT, ETSY, POSHMARK]))
def test_no_failure_and_no_finding_is_ever_lost(evidence: list[Evidence], policy: Policy) -> None:
    photos = [assess_photo(one, policy) for one in evidence]
    listing = assess_listing(photos, policy)
    assert listing.verdict == worst(photo.verdict for photo in photos)
    if any(one.failures for one in evidence):
        assert listing.verdict in ("review", "block")
    assert sum(len(photo.labels) for photo in photos) == len(listing.labels)
    assert listing == assess_listing(photos, policy)


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(sorted(TABLE)))
def test_a_higher_score_is_never_judged_milder(one: float, other: float, label: str) -> None:
    low, high = sorted((one, other))
    ranks: list[PhotoModeration] = [
        assess_photo(_seen(label, score), POSHMARK) for score in (low, high)
    ]
    assert severity(ranks[0].verdict) <= severity(ranks[1].verdict)
