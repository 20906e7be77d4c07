"""The analysers' results as parts of the record: rounded, clamped, nothing lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from color import ListingColors, NamedColor
from moderation import Detection, Evidence, Policy, View, assess_listing, assess_photo
from photo_quality import QualityAnalyzer
from taggers import (
    Categorization,
    Category,
    FacetResult,
    FacetValue,
    OwnLabelMatch,
    RejectedTag,
    Tag,
    TagSuggestions,
)
from tests.vision.photos import real_photo
from vision.look import Look
from vision.photo import PhotoError, open_photo
from vision.record_parts import (
    CANNOT_TELL,
    SeenPhoto,
    category_record,
    colors_record,
    facet_reasons,
    facet_record,
    moderation_record,
    own_label_records,
    photo_record,
    quality_record,
    rejected_tag_records,
    style_records,
    tag_records,
)

COFFEE = np.asarray(real_photo("coffee.png"))
POLICY = Policy.load("default")
DETECTION = Detection("FEMALE_BREAST_EXPOSED", 0.912345, (3, 4, 50, 60), "nudenet-320n")


def named(name: str, share: float) -> NamedColor:
    return NamedColor(name, "#a0b0c0", share, (70.0, -3.0, -10.0), 0.8, "blue")


def colors_of(shares: list[float]) -> ListingColors:
    palette = tuple(named(f"Blue {i}", share) for i, share in enumerate(shares))
    return ListingColors(palette[0], palette[1] if palette[1:] else None, False, palette)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=12))
def test_rounded_shares_still_sum_to_one_and_are_near_the_measured(weights: list[float]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    rounded = [color.share for color in colors_record(colors_of(shares)).palette]
    assert sum(rounded) == pytest.approx(1, abs=1e-9)
    assert all(abs(a - b) <= 1.0001e-4 for a, b in zip(rounded, shares, strict=True))
    assert all(0 <= share <= 1 for share in rounded)


@pytest.mark.parametrize("count", [1, 3, 7, 9, 11])
def test_equal_shares_are_rounded_alike_but_for_the_last_digit(count: int) -> None:
    palette = colors_record(colors_of([1 / count] * count)).palette
    assert sum(color.share for color in palette) == pytest.approx(1, abs=1e-9)
    assert max(c.share for c in palette) - min(c.share for c in palette) <= 1.0001e-4


def test_a_marketplace_of_one_color_gets_no_secondary() -> None:
    colors = colors_of([0.7, 0.3])
    assert colors_record(colors, 2).secondary is not None
    assert colors_record(colors, 1).secondary is None
    assert len(colors_record(colors, 1).palette) == 2


def test_nothing_measured_gives_no_colors() -> None:
    record = colors_record(ListingColors(None, None, False, ()))
    assert (record.primary, record.secondary, record.palette) == (None, None, ())


def test_a_category_has_its_alternatives_and_reason() -> None:
    mug = Category("home.mugs", ("Home", "Mugs"), 1.0000001, "It looks like a mug.")
    cup = Category("home.cups", ("Home", "Cups"), 0.123456, "Or a cup.")
    record = category_record(Categorization(mug, (cup,), "It looks like a mug."))
    assert record is not None
    assert (record.id, record.path, record.confidence) == ("home.mugs", ("Home", "Mugs"), 1.0)
    assert record.reason == "It looks like a mug."
    assert [(one.id, one.confidence) for one in record.alternatives] == [("home.cups", 0.1235)]


def test_no_category_is_null() -> None:
    assert category_record(Categorization(None, (), "Not sure.")) is None


def test_styles_are_as_many_as_the_marketplace_takes() -> None:
    values = tuple(FacetValue(f"s{i}", f"S{i}", 0.9 - i / 10, "why") for i in range(4))
    result = FacetResult("style", values, "")
    assert [style.label for style in style_records(result, 2)] == ["s0", "s1"]
    assert [style.reason for style in style_records(result, 1)] == ["why"]
    assert len(facet_record(result)) == 4
    assert {value.reason for value in facet_record(result)} == {"why"}
    assert style_records(None, 2) == facet_record(None) == ()


def test_a_facet_without_a_value_says_why_and_so_does_one_that_the_bundle_lacks() -> None:
    value = FacetValue("summer", "Summer", 0.9, "why")
    results = {
        "season": FacetResult("season", (value,), ""),
        "style": FacetResult("style", (), "Not sure."),
        "base_color": FacetResult("base_color", (), "Not asked."),
    }
    assert facet_reasons(("style", "season", "room"), results) == {
        "style": "Not sure.",
        "room": CANNOT_TELL,
    }


def test_tags_and_rejected_tags_keep_their_order() -> None:
    tags = TagSuggestions(
        (Tag("mug", 0.9, "category"), Tag("white", 0.5, "color")), (RejectedTag("x", "too long"),)
    )
    assert [(one.tag, one.source) for one in tag_records(tags)] == [
        ("mug", "category"),
        ("white", "color"),
    ]
    assert [(one.tag, one.why) for one in rejected_tag_records(tags)] == [("x", "too long")]


def test_own_labels_keep_their_order_and_their_figures_in_four_digits() -> None:
    matches = (
        OwnLabelMatch("mug", 1.0000001, 1.0, 0.123456),
        OwnLabelMatch("sofa", -0.00001, 1e-9, -1e-9),
    )
    mug, sofa = own_label_records(matches)
    assert (mug.label, mug.similarity, mug.score, mug.fit) == ("mug", 1.0, 1.0, 0.1235)
    assert (sofa.label, sofa.score, sofa.fit) == ("sofa", 0.0, 0.0)
    assert str(sofa.similarity) == "0.0"


def test_quality_has_no_score_where_no_photo_could_be_read() -> None:
    readable = QualityAnalyzer().analyze(COFFEE)
    assert quality_record([None, None]).score is None
    assert quality_record([None, None]).cover is None
    assert quality_record([None, readable]).score is not None
    assert quality_record([None, readable]).cover == 1


def test_a_flag_carries_all_of_its_evidence() -> None:
    evidence = Evidence((View("frame", (DETECTION,), 7),), ("nudenet-320n@1",))
    photos = [
        assess_photo(Evidence((View("shown"),), ("nudenet-320n@1",)), POLICY),
        assess_photo(evidence, POLICY),
    ]
    record = moderation_record(assess_listing(photos, POLICY))
    (flag,) = record.labels
    assert (flag.photo, flag.view, flag.frame, flag.box) == (1, "frame", 7, (3, 4, 50, 60))
    assert (flag.detector, flag.detector_label) == ("nudenet-320n", "FEMALE_BREAST_EXPOSED")
    assert flag.score == 0.9123
    assert flag.score >= flag.threshold
    assert flag.reason
    assert flag.policy
    assert record.verdict == flag.verdict
    assert record.detectors == ("nudenet-320n@1",)
    assert record.policy == POLICY.reference


def seen_photo(source: object = COFFEE) -> SeenPhoto:
    photo = open_photo(source, name="cup.png")  # type: ignore[arg-type]
    quality = QualityAnalyzer().analyze(photo.pixels)
    evidence = Evidence(
        (View("shown", (DETECTION,)),), ("nudenet-320n@1",), ("Frame 2 is broken.",)
    )
    return SeenPhoto.of(Look("cup.png", None, photo, quality), None, evidence)


def test_a_photo_seen_lets_go_of_its_pixels() -> None:
    seen = seen_photo()
    assert seen.look.photo is None
    assert seen.look.prepared is None
    assert (seen.size, seen.format) == ((600, 400), "array")


def test_a_photos_entry_holds_what_was_seen() -> None:
    seen = seen_photo()
    entry = photo_record(4, seen, assess_photo(seen.evidence, POLICY))
    assert (entry.index, entry.source, entry.width, entry.height) == (4, "cup.png", 600, 400)
    assert entry.sha256 == seen.sha256
    assert entry.error is None
    assert entry.quality is not None
    assert seen.look.quality is not None
    assert entry.phash == seen.look.quality.phash
    assert entry.quality.measures.keys() == seen.look.quality.measures.keys()
    assert [issue.code for issue in entry.quality.issues] == [
        issue.code for issue in seen.look.quality.issues
    ]
    (detection,) = entry.moderation.detections
    assert (detection.label, detection.box) == ("FEMALE_BREAST_EXPOSED", (3, 4, 50, 60))
    assert entry.moderation.failures == ("Frame 2 is broken.",)


def test_the_entry_of_a_photo_that_failed_has_its_error_and_no_measures() -> None:
    error = PhotoError("truncated", "The photo is cut off.")
    evidence = Evidence.failed(error.message, ("nudenet-320n@1",))
    seen = SeenPhoto.of(Look("cup.jpg", error), None, evidence)
    entry = photo_record(0, seen, assess_photo(evidence, POLICY))
    assert entry.error is not None
    assert (entry.error.code, entry.error.message) == ("truncated", "The photo is cut off.")
    assert (entry.source, entry.width, entry.sha256, entry.phash) == ("cup.jpg", None, None, None)
    assert (entry.colors, entry.quality) == (None, None)
    assert entry.moderation.verdict == "review"
