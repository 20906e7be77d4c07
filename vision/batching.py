"""Photos of many listings through one pool of threads and one model, in order, a batch at a time.

While the models run on one batch the pool decodes the next. At most two batches of pixels are held,
however many photos a listing has.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

Task = TypeVar("Task")
Looked = TypeVar("Looked")
Seen = TypeVar("Seen")


def batches(tasks: Iterator[Task], size: int) -> Iterator[list[Task]]:
    """Lists of `size` tasks, the last one shorter.

    Where `tasks` raises, what came before is given out first.
    """
    failure: Exception | None = None
    batch: list[Task] = []
    while failure is None:
        try:
            batch.append(next(tasks))
        except StopIteration:
            break
        except Exception as error:
            failure = error
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
    if failure is not None:
        raise failure


def pipeline(
    tasks: Iterator[Task],
    size: int,
    pool: Executor,
    look: Callable[[Task], Looked],
    finish: Callable[[list[Looked]], list[Seen]],
) -> Iterator[Seen]:
    """`finish(batch of look(task))` for all tasks, in order; `look` runs in the pool, one ahead."""
    waiting: deque[list[Future[Looked]]] = deque()
    failure: Exception | None = None
    source = batches(tasks, size)
    while failure is None:
        try:
            batch = next(source)
        except StopIteration:
            break
        except Exception as error:
            failure = error
        else:
            waiting.append([pool.submit(look, task) for task in batch])
        if len(waiting) > 1:
            yield from finish([future.result() for future in waiting.popleft()])
    while waiting:
        yield from finish([future.result() for future in waiting.popleft()])
    if failure is not None:
        raise failure
