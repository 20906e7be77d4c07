"""Plans: inputs are told apart by all they hold, and shards by their listings."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.backfill.plan import cut, make_plan
from vision.backfill.stop import Stop
from vision.listing import Listing

LISTINGS = [
    Listing(f"listing-{i}", ("a.jpg", "b.jpg")[: i % 2 + 1], ("a", "b")[: i % 2 + 1], {"price": i})
    for i in range(10)
]


@given(st.integers(0, 10), st.integers(1, 12))
def test_shards_hold_every_listing_once_in_order(count: int, shard_size: int) -> None:
    shards = list(cut(LISTINGS[:count], shard_size))
    assert [one for shard in shards for one in shard.listings] == LISTINGS[:count]
    assert [shard.index for shard in shards] == list(range(len(shards)))
    assert all(len(shard.listings) == shard_size for shard in shards[:-1])
    plan = make_plan(LISTINGS[:count], shard_size)
    assert (plan.listings, plan.photos) == (count, sum(len(o.photos) for o in LISTINGS[:count]))
    assert plan.digests == tuple(shard.digest for shard in shards)


def test_an_input_is_the_same_whatever_the_shard_size() -> None:
    assert len({make_plan(LISTINGS, size).sha256 for size in (1, 3, 10, 100)}) == 1


@pytest.mark.parametrize(
    "changed",
    [
        LISTINGS[:-1],
        LISTINGS[::-1],
        [*LISTINGS[:-1], replace(LISTINGS[-1], listing_id="other")],
        [*LISTINGS[:-1], replace(LISTINGS[-1], names=("a", "c"))],
        [*LISTINGS[:-1], replace(LISTINGS[-1], extra={"price": 11})],
    ],
)
def test_any_change_of_an_input_changes_its_hash(changed: list[Listing]) -> None:
    assert make_plan(changed, 4).sha256 != make_plan(LISTINGS, 4).sha256
    assert make_plan(changed, 4).digests != make_plan(LISTINGS, 4).digests


def test_counting_is_told_of_and_stops_when_told() -> None:
    counted: list[int] = []
    make_plan(LISTINGS, 4, counted=counted.append)
    assert counted == [4, 8, 10]
    stop = Stop()
    stop.requested = True
    with pytest.raises(KeyboardInterrupt):
        make_plan(LISTINGS, 4, stop)
