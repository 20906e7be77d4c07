"""Thresholds fitted to decisions, and the policy files that are proposed from them."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import Policy
from moderation.review.desk import Desk
from moderation.review.errors import ThresholdError
from moderation.review.export import ExportedDecision, ExportedFlag
from moderation.review.fit import LabelFit, Wanted, best_threshold, fit_thresholds
from moderation.review.intervals import wilson
from moderation.review.judged import Judged, judged
from moderation.review.propose import next_version, policy_text, write_proposal
from moderation.review.thresholds import propose_thresholds
from tests.moderation.review.desks import CODE, POLICY, fill, flag, person, record, rule

LABEL = "explicit_nudity"
DEFAULT = Policy.load("default")
CURRENT = 0.2
FLAG = ExportedFlag(LABEL, 0.5, CURRENT, "review", CODE, "nudenet-320n")
DECISION = ExportedDecision(
    decision_id=1,
    item_id=1,
    item_key="0" * 64,
    listing_id="listing",
    photo_index=0,
    source=None,
    sha256=None,
    pdq=None,
    pdq_quality=None,
    policy=POLICY,
    verdict="review",
    error_code=None,
    flags=(FLAG,),
    round=1,
    reviewer="ada",
    role="reviewer",
    choice="approve",
    reason="FALSE-ALARM",
    note="",
    effect="final",
    decided_at=datetime(2026, 3, 2, tzinfo=UTC),
    withdrawn=None,
    withdrawn_at=None,
    stands=True,
)


def _decision(number: int, score: float, upheld: bool, **changes: object) -> ExportedDecision:
    flags = (replace(FLAG, score=score),)
    choice, reason = ("remove", CODE) if upheld else ("approve", "FALSE-ALARM")
    made = replace(DECISION, listing_id=f"l{number}", flags=flags, choice=choice, reason=reason)
    return replace(made, **changes)  # type: ignore[arg-type]


def _judged(*decisions: ExportedDecision) -> tuple[Judged, ...]:
    return judged(decisions, LABEL, CODE, POLICY, CURRENT)


def test_wilsons_interval_is_the_published_one() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, and 15 of 148, at 95 %.
    assert wilson(81, 263, 0.95).low == pytest.approx(0.2553, abs=5e-5)
    assert wilson(81, 263, 0.95).high == pytest.approx(0.3662, abs=5e-5)
    assert wilson(15, 148, 0.95).low == pytest.approx(0.0624, abs=5e-5)
    assert wilson(0, 20, 0.95).low == 0.0
    assert wilson(0, 20, 0.95).high == pytest.approx(0.1611, abs=5e-5)
    assert (wilson(0, 0, 0.95).low, wilson(0, 0, 0.95).high) == (0.0, 1.0)


@given(st.integers(1, 5000), st.data(), st.floats(0.5, 0.999))
def test_an_interval_lies_in_the_unit_and_holds_the_share(
    total: int, data: st.DataObject, confidence: float
) -> None:
    hits = data.draw(st.integers(0, total))
    share = wilson(hits, total, confidence)
    assert 0.0 <= share.low <= hits / total <= share.high <= 1.0


def test_photos_are_judged_by_what_was_decided_for_the_labels_own_reason() -> None:
    found = _judged(
        _decision(1, 0.5, upheld=True),
        _decision(2, 0.6, upheld=False),
        _decision(3, 0.7, upheld=True, choice="mature"),
        _decision(4, 0.8, upheld=True, reason="OTHER-VIOLATION"),
        _decision(5, 0.9, upheld=True, stands=False),
    )
    assert found == (Judged(0.5, True), Judged(0.6, False), Judged(0.7, True))


def test_what_the_label_did_not_send_says_nothing_of_it() -> None:
    other_code = replace(FLAG, code="CHILDREN-INTIMATE")
    listed = replace(FLAG, verdict="clear")
    other_label = replace(FLAG, label="weapons")
    assert not _judged(replace(DECISION, flags=(other_code, listed, other_label)))
    assert not _judged(replace(DECISION, flags=()))
    blocked = replace(FLAG, verdict="block", score=0.97, threshold=0.95)
    assert _judged(replace(DECISION, flags=(blocked,))) == (Judged(0.97, False),)


def test_a_policy_that_sent_fewer_photos_is_left_out_and_one_that_sent_more_is_cut() -> None:
    strict = replace(FLAG, threshold=0.4)
    lax = [replace(FLAG, threshold=0.1, score=score) for score in (0.15, 0.3)]
    assert not _judged(replace(DECISION, policy="default@0", flags=(strict,)))
    assert _judged(
        replace(DECISION, policy="default@1", listing_id="a", flags=(lax[0],)),
        replace(DECISION, policy="default@1", listing_id="b", flags=(lax[1],)),
    ) == (Judged(0.3, False),)


def test_a_photo_decided_under_two_policies_counts_once_as_decided_last() -> None:
    lax = (replace(FLAG, threshold=0.1),)
    first = replace(_decision(1, 0.5, upheld=True), policy="default@0", flags=lax)
    assert _judged(first, _decision(1, 0.5, upheld=False)) == (Judged(0.5, False),)


def _spread(wrong_below: float, count: int = 800) -> tuple[Judged, ...]:
    """Scores evenly from 0.2 to 1; below `wrong_below` the label is never right, above always."""
    scores = (0.2 + 0.8 * i / count for i in range(count))
    return tuple(Judged(score, score >= wrong_below) for score in scores)


def test_the_lowest_threshold_that_is_sure_to_be_precise_is_found() -> None:
    best, _ = best_threshold(_spread(0.6), CURRENT, None, Wanted("precision", 0.9))
    assert best == pytest.approx(0.6)


def test_the_highest_threshold_that_is_sure_to_recall_is_found() -> None:
    best, _ = best_threshold(_spread(0.6), CURRENT, None, Wanted("recall", 0.95))
    assert best == pytest.approx(0.6)


def test_few_decisions_prove_nothing() -> None:
    few = _spread(0.6)[::20]
    best, why = best_threshold(few, CURRENT, None, Wanted("precision", 0.9, least=50))
    assert best is None
    assert why == "there are 40 decisions, and 50 are needed"
    best, why = best_threshold(_spread(0.99), CURRENT, None, Wanted("recall", 0.9))
    assert best is None
    assert "upheld decisions" in why


def test_a_precision_that_no_threshold_is_sure_of_changes_nothing() -> None:
    noisy = tuple(Judged(photo.score, i % 2 == 0) for i, photo in enumerate(_spread(0.6)))
    best, why = best_threshold(noisy, CURRENT, None, Wanted("precision", 0.9))
    assert best is None
    assert "no threshold that can be judged" in why


def test_a_threshold_that_is_good_enough_stays_for_lower_ones_cannot_be_judged() -> None:
    best, why = best_threshold(_spread(0.0), CURRENT, None, Wanted("precision", 0.9))
    assert best is None
    assert "cannot be judged" in why


def test_a_threshold_above_that_for_block_is_not_proposed() -> None:
    best, why = best_threshold(_spread(0.6), CURRENT, 0.5, Wanted("precision", 0.9))
    assert best is None
    assert "above the threshold for block" in why


@given(
    st.lists(st.tuples(st.floats(CURRENT, 1.0), st.booleans()), max_size=200),
    st.sampled_from(["precision", "recall"]),
    st.floats(0.05, 0.99),
)
def test_no_threshold_is_ever_lowered(
    photos: list[tuple[float, bool]], kind: str, share: float
) -> None:
    wanted = Wanted(kind, share, least=5)  # type: ignore[arg-type]
    best, _ = best_threshold([Judged(*photo) for photo in photos], CURRENT, None, wanted)
    assert best is None or CURRENT < best <= 1.0


@pytest.mark.parametrize(
    "changes", [{"share": 0.0}, {"share": 1.0}, {"confidence": 1.0}, {"least": 0}]
)
def test_a_wish_that_makes_no_sense_is_refused(changes: dict[str, float]) -> None:
    with pytest.raises(ThresholdError):
        Wanted(**{"kind": "precision", "share": 0.9, **changes})  # type: ignore[arg-type]


def _decisions(wrong_below: float) -> list[ExportedDecision]:
    photos = _spread(wrong_below)
    return [_decision(i, photo.score, photo.upheld) for i, photo in enumerate(photos)]


def test_each_label_has_its_own_fit_and_says_why_it_stays() -> None:
    fits = fit_thresholds(_decisions(0.6), DEFAULT, Wanted("precision", 0.9))
    by_label = {fit.label: fit for fit in fits}
    assert tuple(by_label) == tuple(DEFAULT.labels)
    assert by_label[LABEL].proposed == pytest.approx(0.6)
    assert by_label[LABEL].precision == wilson(400, 400, 0.95)
    assert by_label[LABEL].recall == wilson(400, 400, 0.95)
    assert by_label["unrecognized"].why == "it always goes to review"
    assert by_label["bare_skin"].why == "the policy never sends it to review"
    assert by_label["swimwear_or_underwear"].why.startswith("there are 0 decisions")
    with pytest.raises(ThresholdError, match="no label 'hats'"):
        fit_thresholds([], DEFAULT, Wanted("precision", 0.9), ["hats"])


@pytest.mark.parametrize("name", ["default", "etsy", "poshmark"])
def test_a_proposed_policy_differs_in_version_and_thresholds_alone(
    name: str, tmp_path: Path
) -> None:
    policy = Policy.load(name)
    fits = [
        LabelFit(label, rule.review, round((rule.review + (rule.block or 1)) / 2, 3), "it is sure")
        for label, rule in policy.labels.items()
        if rule.review is not None and label != "unrecognized"
    ]
    output = tmp_path / "new.toml"
    written = write_proposal(name, output, fits, Wanted("recall", 0.95), 1234)
    assert written == Policy.load(output)
    assert written.version == next_version(policy.version)
    assert {label: written.labels[label].review for label in (fit.label for fit in fits)} == {
        fit.label: fit.proposed for fit in fits
    }
    assert written.childrens_items == policy.childrens_items
    text = output.read_text("utf-8")
    assert text.startswith(f"# Proposed from {policy.reference}")
    assert "1234 decisions" in text
    numbers = re.compile(r"^(version|review) = .*$", re.MULTILINE)
    assert numbers.sub("", text).endswith(numbers.sub("", policy_text(name)))


def test_a_policy_written_so_that_it_cannot_be_changed_line_by_line_is_refused(
    tmp_path: Path,
) -> None:
    text = policy_text("default").replace("[labels.explicit_nudity]", "[labels.'explicit_nudity']")
    odd = tmp_path / "odd.toml"
    odd.write_text(text.replace("review = 0.2", "'review' = 0.2"), "utf-8")
    output = tmp_path / "new.toml"
    fits = [LabelFit(LABEL, 0.2, 0.6, "it is sure")]
    with pytest.raises(ThresholdError, match="cannot be replaced"):
        write_proposal(odd, output, fits, Wanted("recall", 0.9), 1)
    assert not output.exists()


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    output = tmp_path / "new.toml"
    output.write_text("mine", "utf-8")
    with pytest.raises(ThresholdError, match="there already"):
        write_proposal("default", output, [], Wanted("recall", 0.9), 1)
    assert output.read_text("utf-8") == "mine"


@pytest.mark.parametrize(("old", "new"), [("1", "2"), ("9", "10"), ("1.4", "1.5")])
def test_the_next_version_raises_the_last_number(old: str, new: str) -> None:
    assert next_version(old) == new


def test_the_desks_decisions_become_a_policy_and_a_report(lite: Desk, tmp_path: Path) -> None:
    ada = person(lite)
    scores = [0.3] * 30 + [0.9] * 60
    flags = [[flag(score=score)] for score in scores]
    fill(lite, tmp_path, *(record(f"l{i}", flags=own) for i, own in enumerate(flags)))
    while (item := lite.next_item(ada)) is not None:
        rule(lite, ada, "remove" if item.flags[0].score > 0.5 else "approve")
    output = tmp_path / "new.toml"
    wanted = Wanted("precision", 0.8)
    report = propose_thresholds(lite, "default", wanted, output)
    assert Policy.load(output).labels[LABEL].review == pytest.approx(0.35)
    assert report[0].startswith("explicit_nudity: 0.2 -> 0.35, it is sure to reach")
    assert report[-1] == f"  vitrine moderate --policy {output} RECORDS.jsonl"
    assert lite.audit()[0].action == "thresholds_fitted"
    none = propose_thresholds(lite, "default", Wanted("precision", 0.999), tmp_path / "no.toml")
    assert none[-1] == "No threshold changes, so no policy was written."
    assert not (tmp_path / "no.toml").exists()
