"""The lead's figures, against cases computed by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from moderation.review.desk import Desk
from moderation.review.facts import DecisionFact
from moderation.review.figure_queries import LabelCount
from moderation.review.figures import (
    Agreement,
    DayCount,
    QueueAge,
    Reversals,
    agreement,
    agreement_of_pairs,
    queue_age,
    reversals,
    throughput,
)
from tests.moderation.review.conftest import OpenWith, TurnedClock
from tests.moderation.review.desks import fill, flag, person, record, rule

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FACT = DecisionFact(1, 1, 1, "ada", "reviewer", "approve", None, "", "final", "open", None, NOON)


def test_throughput_counts_by_person_and_day_without_what_was_undone() -> None:
    facts = [
        FACT,
        replace(FACT, id=2),
        replace(FACT, id=3, withdrawn="undo"),
        replace(FACT, id=4, withdrawn="reopen"),
        replace(FACT, id=5, choice="skip", effect="skipped"),
        replace(FACT, id=6, reviewer="bob"),
        replace(FACT, id=7, at=NOON + timedelta(hours=12)),
    ]
    assert throughput(facts) == (
        DayCount("ada", date(2026, 3, 3), 1, 0),
        DayCount("ada", date(2026, 3, 2), 3, 1),
        DayCount("bob", date(2026, 3, 2), 1, 0),
    )


def test_kappa_is_cohens() -> None:
    # Two raters of 50 grants, the textbook's example: 20 both yes, 15 both no, 5 and 10 mixed.
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    found = agreement_of_pairs(pairs)
    assert found.pairs == 50
    assert found.share == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_is_none_where_chance_explains_everything() -> None:
    assert agreement_of_pairs([]) == Agreement(0, None, None)
    assert agreement_of_pairs([("approve", "approve")] * 9) == Agreement(9, 1.0, None)
    assert agreement_of_pairs([("approve", "remove")] * 9) == Agreement(9, 0.0, 0.0)


def test_agreement_is_of_the_pairs_that_were_not_undone() -> None:
    first = replace(FACT, effect="waiting")
    facts = [
        first,
        replace(FACT, id=2, second_to=1, reviewer="bob", choice="remove", withdrawn="undo"),
        replace(FACT, id=3, second_to=1, reviewer="bob"),
    ]
    assert agreement(facts) == Agreement(1, 1.0, None)


def test_reversals_compare_reviewers_with_the_lead_who_decided_again() -> None:
    lead = replace(FACT, reviewer="lea", role="lead", state_before="escalated")
    facts = [
        replace(FACT, id=1, item_id=1, choice="remove", effect="waiting"),
        replace(FACT, id=2, item_id=1, reviewer="bob", effect="escalated", second_to=1),
        replace(lead, id=3, item_id=1, choice="remove"),
        replace(FACT, id=4, item_id=2, withdrawn="reopen"),
        replace(lead, id=5, item_id=2, choice="remove"),
        replace(FACT, id=6, item_id=3, choice="escalate", effect="escalated"),
        replace(lead, id=7, item_id=3),
        replace(FACT, id=8, item_id=4, choice="remove"),
    ]
    assert reversals(facts) == Reversals(3, 2, pytest.approx(2 / 3))
    assert reversals(facts[5:]) == Reversals(0, 0, None)


def test_the_queues_age_is_its_median_and_its_oldest() -> None:
    queued = [NOON - timedelta(seconds=age) for age in (10, 100, 40, 20)]
    assert queue_age(queued, NOON) == QueueAge(4, 30.0, 100.0)
    assert queue_age([], NOON) == QueueAge(0, None, None)


def test_the_desks_figures_are_of_what_was_decided(
    open_with: OpenWith, clock: TurnedClock, tmp_path: Path
) -> None:
    desk: Desk = open_with(double_review_share=1.0)
    ada, bob, lead = person(desk, "ada"), person(desk, "bob"), person(desk, "lea", "lead")
    twice = [flag(), flag(score=0.3), flag(label="weapons")]
    fill(desk, tmp_path, record("a", flags=twice), record("b"), record("c"))
    for choice in ("approve", "remove"):
        rule(desk, ada, choice)
        rule(desk, bob, "approve")
    rule(desk, lead, "approve")
    clock.turn(hours=2)
    figures = desk.figures()
    assert [(day.reviewer, day.decisions) for day in figures.throughput] == [
        ("ada", 2),
        ("bob", 2),
        ("lea", 1),
    ]
    assert (figures.agreement.pairs, figures.agreement.share) == (2, 0.5)
    assert figures.reversals == Reversals(2, 1, 0.5)
    assert figures.queue == QueueAge(1, 7200.0, 7200.0)
    assert figures.escalated == QueueAge(0, None, None)
    assert figures.labels == (
        LabelCount("explicit_nudity", 3, 1, 2, 0, 0),
        LabelCount("weapons", 1, 0, 1, 0, 0),
    )
    assert desk.figures(since=clock.now).throughput == ()
