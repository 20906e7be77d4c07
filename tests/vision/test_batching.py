"""The pipeline of batches: order, look-ahead, what it holds, and errors on the way."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.batching import batches, pipeline


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(3) as executor:
        yield executor


def counted(numbers: int, taken: list[int], failure: Exception | None = None) -> Iterator[int]:
    """0, 1, ..., each noted when it is taken; then `failure`, if there is one."""
    for number in range(numbers):
        taken.append(number)
        yield number
    if failure is not None:
        raise failure


def run(tasks: Iterator[int], size: int, pool: Executor) -> Iterator[int]:
    return pipeline(tasks, size, pool, lambda task: task * 10, lambda looked: list(looked))


@settings(deadline=None)
@given(numbers=st.integers(0, 40), size=st.integers(1, 9))
def test_batches_hold_every_task_once_in_order(numbers: int, size: int) -> None:
    made = list(batches(iter(range(numbers)), size))
    assert [task for batch in made for task in batch] == list(range(numbers))
    assert all(len(batch) == size for batch in made[:-1])
    assert all(1 <= len(batch) <= size for batch in made)


def test_what_came_before_an_error_is_given_out_first() -> None:
    made = batches(counted(5, [], ValueError("broken")), 3)
    assert next(made) == [0, 1, 2]
    assert next(made) == [3, 4]
    with pytest.raises(ValueError, match="broken"):
        next(made)


@settings(deadline=None)
@given(numbers=st.integers(0, 40), size=st.integers(1, 9))
def test_the_pipeline_gives_every_result_once_in_order(
    pool: ThreadPoolExecutor, numbers: int, size: int
) -> None:
    assert list(run(iter(range(numbers)), size, pool)) == [n * 10 for n in range(numbers)]


@pytest.mark.parametrize("size", [1, 3, 4])
def test_tasks_are_taken_at_most_two_batches_ahead(pool: ThreadPoolExecutor, size: int) -> None:
    taken: list[int] = []
    for done, _ in enumerate(run(counted(30, taken), size, pool)):
        assert len(taken) <= (done // size + 2) * size


def test_the_next_batch_is_looked_at_while_one_is_finished(pool: ThreadPoolExecutor) -> None:
    second_batch = threading.Event()

    def look(task: int) -> int:
        if task == 2:
            second_batch.set()
        return task

    def finish(looked: list[int]) -> list[int]:
        assert second_batch.wait(timeout=30)
        return looked

    assert list(pipeline(iter(range(4)), 2, pool, look, finish)) == [0, 1, 2, 3]


class Pixels:
    """Something that knows how many of its kind are alive."""

    alive = 0
    most = 0

    def __init__(self, number: int) -> None:
        self.number = number
        Pixels.alive += 1
        Pixels.most = max(Pixels.most, Pixels.alive)

    def __del__(self) -> None:
        Pixels.alive -= 1


def test_at_most_two_batches_of_pixels_are_held() -> None:
    finish: Callable[[list[Pixels]], list[int]] = lambda looked: [one.number for one in looked]  # noqa: E731
    with ThreadPoolExecutor(1) as single:
        seen = list(pipeline(iter(range(50)), 4, single, Pixels, finish))
    assert seen == list(range(50))
    assert 5 <= Pixels.most <= 8


def test_an_error_of_the_tasks_comes_after_all_results_before_it(pool: ThreadPoolExecutor) -> None:
    results = run(counted(7, [], ValueError("broken")), 2, pool)
    assert [next(results) for _ in range(7)] == [0, 10, 20, 30, 40, 50, 60]
    with pytest.raises(ValueError, match="broken"):
        next(results)


@pytest.mark.parametrize("place", ["look", "finish"])
def test_an_error_of_the_work_reaches_the_caller(pool: ThreadPoolExecutor, place: str) -> None:
    def fails(_: object) -> list[int]:
        raise KeyError(place)

    look = fails if place == "look" else lambda task: [task]
    finish = fails if place == "finish" else lambda looked: [one[0] for one in looked]
    with pytest.raises(KeyError, match=place):
        list(pipeline(iter(range(5)), 2, pool, look, finish))
