"""Two runs side by side: every listing of either once, whatever the order."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.backfill.compared_runs import listing
from vision.backfill.compare_facts import ListingFacts
from vision.backfill.compare_join import paired

ids = st.lists(st.text("abcdefgh", min_size=1, max_size=2), unique=True, max_size=12)


def facts(listing_ids: list[str], verdict: str = "clear") -> list[ListingFacts]:
    return [ListingFacts.of(listing(one, verdict=verdict)) for one in listing_ids]


@given(ids, ids)
@settings(max_examples=40)
def test_every_listing_of_either_run_comes_once(first: list[str], second: list[str]) -> None:
    pairs = list(paired(facts(first), facts(second, "review")))
    found = [(a or b).listing_id for a, b in pairs]  # type: ignore[union-attr]
    alone = [one for one in second if one not in first]
    assert found == first + alone
    for a, b in pairs:
        assert (a is not None, b is not None) == (
            (a or b).listing_id in first,  # type: ignore[union-attr]
            (a or b).listing_id in second,  # type: ignore[union-attr]
        )
        assert a is None or a.verdict == "clear"
        assert b is None or b.verdict == "review"


def test_the_way_over_the_disk_changes_nothing() -> None:
    one = ListingFacts.of(listing("é", tags=("a", "b"), errors=(None, "empty"), color=None))
    assert ListingFacts.loaded(one.dumped()) == one


def test_runs_in_the_same_order_are_merged_as_they_are_read() -> None:
    read: list[str] = []

    def run(prefix: str) -> Iterator[ListingFacts]:
        for one in facts([str(i) for i in range(100)]):
            read.append(prefix + one.listing_id)
            yield one

    pairs = paired(run("a"), run("b"))
    next(pairs)
    assert read == ["a0", "b0"]
