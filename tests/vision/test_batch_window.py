"""One thread for the models: what is gathered, in which order, and how calls end."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.batch_window import BatchWindow
from vision.enricher_errors import ClosedError

Window = BatchWindow[int, int]
LONG = 600.0
"""Seconds: a test that waited for them would not end."""


class Machine:
    """Multiplies by ten; notes its batches; fails on negative numbers; stands still when told."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.started = Event()
        self.may_go_on = Event()
        self.may_go_on.set()

    def work(self, items: list[int]) -> list[int]:
        self.batches.append(items)
        self.started.set()
        assert self.may_go_on.wait(30)
        if min(items, default=0) < 0:
            raise ValueError(f"negative: {min(items)}")
        return [item * 10 for item in items]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def callers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def waiting(window: Window) -> int:
    return len(window._waiting)


def until(condition: Callable[[], bool]) -> None:
    """Returns when another thread has made it true."""
    never = Event()
    for _ in range(30_000):
        if condition():
            return
        never.wait(0.001)
    raise AssertionError("it did not come true")


def held_up(
    window: Window, machine: Machine, callers: ThreadPoolExecutor, calls: list[list[int]]
) -> list[Future[list[int]]]:
    """The calls, all of them waiting in order, behind one of [0] that has begun."""
    machine.may_go_on.clear()
    machine.started.clear()
    futures = [callers.submit(window.run, machine.work, [0])]
    assert machine.started.wait(30)
    for number, items in enumerate(calls, 1):
        futures.append(callers.submit(window.run, machine.work, items))
        until(lambda number=number: waiting(window) == number)  # type: ignore[misc]
    return futures


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=5), min_size=1, max_size=12))
@pytest.mark.parametrize("seconds", [None, 0.0, 0.001])
def test_every_call_gets_its_own_results_in_order(
    seconds: float | None, calls: list[list[int]]
) -> None:
    window: Window = BatchWindow(4, seconds)
    with ThreadPoolExecutor(4) as callers:
        results = list(callers.map(lambda items: window.run(Machine().work, items), calls))
    window.close()
    assert results == [[item * 10 for item in items] for items in calls]


def test_without_a_window_each_call_is_a_batch_of_its_own(
    machine: Machine, callers: ThreadPoolExecutor
) -> None:
    window: Window = BatchWindow(8)
    futures = held_up(window, machine, callers, [[1], [2, 3], [4]])
    machine.may_go_on.set()
    assert [future.result() for future in futures] == [[0], [10], [20, 30], [40]]
    assert machine.batches == [[0], [1], [2, 3], [4]]
    window.close()


def test_what_came_during_a_batch_is_the_next_one_in_the_order_of_arrival(
    machine: Machine, callers: ThreadPoolExecutor
) -> None:
    window: Window = BatchWindow(4, 0.0)
    futures = held_up(window, machine, callers, [[1], [2, 3], [4, 5], [6]])
    machine.may_go_on.set()
    assert [future.result() for future in futures] == [[0], [10], [20, 30], [40, 50], [60]]
    assert machine.batches == [[0], [1, 2, 3], [4, 5, 6]]
    window.close()


def test_a_call_larger_than_the_size_is_one_batch(machine: Machine) -> None:
    window: Window = BatchWindow(2, 0.0)
    assert window.run(machine.work, [1, 2, 3]) == [10, 20, 30]
    assert window.run(machine.work, []) == []
    window.close()


def test_a_call_alone_does_not_wait_for_the_window(machine: Machine) -> None:
    window: Window = BatchWindow(8, LONG)
    with window.calling():
        assert window.run(machine.work, [1]) == [10]
    assert window.run(machine.work, [2]) == [20]
    window.close()


def test_a_call_waits_for_another_that_has_announced_itself(
    machine: Machine, callers: ThreadPoolExecutor
) -> None:
    window: Window = BatchWindow(8, LONG)
    with window.calling(), window.calling():
        first = callers.submit(window.run, machine.work, [1])
        until(lambda: waiting(window) == 1)
        assert window.run(machine.work, [2]) == [20]
        assert first.result() == [10]
    assert machine.batches == [[1, 2]]
    window.close()


def test_a_call_goes_on_when_the_one_it_waited_for_gives_up(
    machine: Machine, callers: ThreadPoolExecutor
) -> None:
    window: Window = BatchWindow(8, LONG)
    with window.calling():
        with window.calling():
            first = callers.submit(window.run, machine.work, [1])
            until(lambda: waiting(window) == 1)
        assert first.result(30) == [10]
    window.close()


def test_a_full_batch_does_not_wait(machine: Machine) -> None:
    window: Window = BatchWindow(2, LONG)
    with window.calling(), window.calling(), window.calling():
        assert window.run(machine.work, [1, 2]) == [10, 20]
    window.close()


def test_the_window_ends_whoever_is_still_missing(machine: Machine) -> None:
    window: Window = BatchWindow(8, 0.01)
    with window.calling(), window.calling():
        assert window.run(machine.work, [1]) == [10]
    window.close()


def test_an_error_reaches_the_call_that_caused_it_and_no_other(
    machine: Machine, callers: ThreadPoolExecutor
) -> None:
    window: Window = BatchWindow(8, 0.0)
    futures = held_up(window, machine, callers, [[1], [-2], [3]])
    machine.may_go_on.set()
    assert [futures[place].result() for place in (0, 1, 3)] == [[0], [10], [30]]
    with pytest.raises(ValueError, match="negative: -2"):
        futures[2].result()
    assert machine.batches == [[0], [1, -2, 3], [1], [-2], [3]]
    window.close()


def test_different_work_is_never_gathered(machine: Machine, callers: ThreadPoolExecutor) -> None:
    window: Window = BatchWindow(8, 0.0)
    other = Machine()
    futures = held_up(window, machine, callers, [[1]])
    futures.append(callers.submit(window.run, other.work, [2]))
    until(lambda: waiting(window) == 2)
    machine.may_go_on.set()
    assert [future.result() for future in futures] == [[0], [10], [20]]
    assert (machine.batches, other.batches) == ([[0], [1]], [[2]])
    window.close()


def test_closing_ends_the_calls_that_wait_and_not_the_one_that_is_served(
    machine: Machine, callers: ThreadPoolExecutor
) -> None:
    window: Window = BatchWindow(8, LONG)
    first, *others = held_up(window, machine, callers, [[1], [2]])
    closing = callers.submit(window.close)
    for future in others:
        with pytest.raises(ClosedError, match="make a new one"):
            future.result(30)
    machine.may_go_on.set()
    closing.result(30)
    assert first.result(30) == [0]
    assert machine.batches == [[0]]
    with pytest.raises(ClosedError):
        window.run(machine.work, [3])
    window.close()


def test_items_taken_back_are_not_worked_on(machine: Machine, callers: ThreadPoolExecutor) -> None:
    window: Window = BatchWindow(8, 0.0)
    futures = held_up(window, machine, callers, [[1], [2]])
    assert window._waiting[0].answer.cancel()  # as a call does that is interrupted
    machine.may_go_on.set()
    assert futures[2].result(30) == [20]
    assert machine.batches == [[0], [2]]
    window.close()


def test_its_thread_ends_with_it_when_nobody_closes_it(machine: Machine) -> None:
    window: Window = BatchWindow(8, 0.0, "left-alone")
    assert window.run(machine.work, [1]) == [10]
    (thread,) = (one for one in threading.enumerate() if one.name.startswith("left-alone"))
    del window
    thread.join(30)
    assert not thread.is_alive()
