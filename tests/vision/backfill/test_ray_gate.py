"""The gate that tells Ray's workers which shards may still be begun."""

from vision.backfill.ray_gate import Gate


def test_an_open_gate_lets_all_in() -> None:
    gate = Gate()
    assert all(gate.enter(shard) for shard in (0, 0, 1, 5))
    assert gate.close(at_once=False) == (0, 1, 5)


def test_a_closed_gate_lets_in_what_was_begun_alone() -> None:
    gate = Gate()
    gate.enter(3)
    gate.close(at_once=False)
    assert [gate.enter(shard) for shard in (3, 4, 3)] == [True, False, True]
    assert gate.close(at_once=False) == (3,)


def test_where_all_stops_at_once_nothing_is_let_in() -> None:
    gate = Gate()
    gate.enter(3)
    assert gate.close(at_once=True) == ()
    assert not gate.enter(3)
