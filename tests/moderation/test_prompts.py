import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import (
    MeasuredPrompts,
    Picture,
    Policy,
    PromptDetector,
    assess_photo,
    look,
    policy_names,
)
from moderation.prompts import FLOOR, LABEL_SET, prompt_table, relative
from moderation.taxonomy import UNRECOGNIZED, taxonomy

AXES = np.eye(3, dtype=np.float32)
PIXELS = np.full((8, 8, 3), 200, np.uint8)
PROMPTS = MeasuredPrompts(
    ("weapons", "alcohol", "other.shoes"), AXES, 10.0, {"weapons": 0.6, "alcohol": 0.8}
)
DETECTOR = PromptDetector(PROMPTS, "small-1")


def _near(*parts: float) -> Picture:
    vector = np.array(parts, np.float32)
    return Picture(PIXELS, embedding=vector / np.linalg.norm(vector))


def test_a_picture_like_a_label_is_reported_and_one_like_something_ordinary_is_not() -> None:
    weapon, shoe = DETECTOR.detect_pictures([_near(1, 0, 0), _near(0, 0, 1)])
    assert [(one.label, one.box, one.detector) for one in weapon] == [("weapons", None, "prompts")]
    assert weapon[0].score > 0.9
    assert shoe == ()


def test_a_label_that_was_not_measured_competes_and_is_never_reported() -> None:
    unmeasured = MeasuredPrompts(PROMPTS.ids, AXES, 10.0, {"alcohol": 0.8})
    assert PromptDetector(unmeasured, "1").detect_pictures([_near(1, 0, 0)]) == [()]


@pytest.mark.parametrize("name", policy_names())
def test_the_calibrated_threshold_is_where_the_policies_begin(name: str) -> None:
    policy = Policy.load(name)
    for label in prompt_table().labels:
        rule = policy.labels[label]
        assert rule.flag == 0.5
        assert rule.block is None
    evidence = look([_near(1, 0, 0)], [DETECTOR])
    result = assess_photo(evidence, policy)
    assert result.verdict == "review"
    assert result.labels[0].policy == "WEAPONS"
    assert result.labels[0].detector_version == "small-1"


def test_the_same_picture_scores_the_same_in_any_batch() -> None:
    pictures = [_near(1, 0.2, 0.1), _near(0.1, 1, 0.3), _near(0, 0, 1)]
    alone = [DETECTOR.detect_pictures([one])[0] for one in pictures]
    assert DETECTOR.detect_pictures(pictures) == alone


@pytest.mark.parametrize(
    "embedding", [None, np.ones(2, np.float32), np.full(3, np.nan, np.float32)]
)
def test_a_picture_that_cannot_be_read_goes_to_review(embedding: None) -> None:
    pictures = [_near(0, 0, 1), Picture(PIXELS, "hidden", embedding=embedding)]
    evidence = look(pictures, [DETECTOR])
    assert "The detector prompts failed on the hidden pixels" in evidence.failures[0]
    assert assess_photo(evidence, Policy.load("default")).verdict == "review"


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 0.99))
def test_a_relative_score_rises_and_is_half_at_the_threshold(
    one: float, other: float, threshold: float
) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= relative(low, threshold) <= relative(high, threshold) <= 1.0
    assert relative(threshold, threshold) == 0.5
    assert (relative(low, threshold) >= 0.5) == (low >= threshold)


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(lambda v: max(map(abs, v)) > 0.01))
def test_every_score_lies_between_the_floor_and_one(parts: list[float]) -> None:
    vector = np.array(parts, np.float64)
    embedding = (vector / np.linalg.norm(vector)).astype(np.float32)
    for found in DETECTOR.detect_pictures([Picture(PIXELS, embedding=embedding)])[0]:
        assert FLOOR <= found.score <= 1.0


def test_probabilities_sum_to_one_and_cosines_stay_within_bounds() -> None:
    embeddings = np.stack([AXES[0], AXES[1] * 1.001]).astype(np.float32)
    cosines = DETECTOR.measure(embeddings)
    assert np.abs(cosines).max() <= 1.0
    assert np.allclose(DETECTOR.score(cosines).sum(axis=1), 1.0)


@pytest.mark.parametrize(
    ("ids", "thresholds", "fault"),
    [
        (("weapons",), {}, "vectors of"),
        (PROMPTS.ids, {"gore": 0.5}, "gore has no embedding"),
        (PROMPTS.ids, {"weapons": 0.0}, "threshold of weapons"),
        (PROMPTS.ids, {"weapons": 1.0}, "threshold of weapons"),
    ],
)
def test_prompts_that_do_not_agree_are_refused(
    ids: tuple[str, ...], thresholds: dict[str, float], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        MeasuredPrompts(ids, AXES, 10.0, thresholds)


def test_every_label_with_prompts_is_in_the_taxonomy_and_none_else_is() -> None:
    table = prompt_table()
    assert set(table.labels) == set(taxonomy().detectors["prompts"])
    for label in table.labels:
        assert taxonomy().label_of("prompts", label) == label != UNRECOGNIZED
    assert all(name.startswith("other.") for name in table.others)
    assert set(table.rows) == {*table.labels, *table.others}
    assert LABEL_SET == "moderation.prompts"


def test_no_phrase_is_there_twice() -> None:
    phrases = [phrase for row in prompt_table().rows.values() for phrase in row]
    assert len(phrases) == len(set(phrases))
