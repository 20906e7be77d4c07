"""The figures of the chain benchmark follow from what was measured."""

import pytest

from benchmarks.chain_parts.findings import (
    overhead,
    part_rates,
    percentile,
    rate,
    rounded,
    table,
)

ROUNDS = [{"a": 1.0, "b": 1.0}, {"a": 2.0, "b": 3.0}, {"a": 3.0, "b": 1.0}]


def test_the_rate_is_that_of_the_median_round() -> None:
    assert rate(ROUNDS, 20) == 5.0


def test_each_part_has_the_rate_of_its_own_median() -> None:
    assert part_rates(ROUNDS, 20) == {"a": 10.0, "b": 20.0}


def test_overhead_is_the_whole_over_the_parts_that_are_needed() -> None:
    parts = {"decode": 3.0, "encoder": 2.0, "colours": 100.0}
    assert overhead(100.0, parts, ["decode", "encoder"]) == 2.0


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_the_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 0.99) == 7.0


def test_figures_are_rounded_at_every_level() -> None:
    assert rounded({"a": {"b": 1.23456}, "c": "d", "e": 2}) == {"a": {"b": 1.235}, "c": "d", "e": 2}


def test_the_table_names_both_sides_and_every_part() -> None:
    side = {"photos_per_second": 45.0, "peak_memory_mb": 900.0}
    text = table(
        {
            "photos": 8,
            "rounds": 3,
            "ratio": 10.0,
            "overhead": 1.2,
            "vitrine": {
                **side,
                "bundle": "tiny",
                "backend": "torch",
                "device": "cpu",
                "detector_precision": "float32",
                "threads": 2,
                "workers": 2,
                "call_ms": {"median": 50.0, "p99": 90.0},
                "parts_ms": {"decode": 3.0},
            },
            "chain": {**side, "parts": {"ColorThief": 12.0}},
        }
    )
    for part in ("ratio 10.0, overhead 1.20", "ColorThief", "decode", "99th percentile 90.0 ms"):
        assert part in text
