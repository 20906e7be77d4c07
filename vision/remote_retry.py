"""Trying again what failed on the way."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from vision.listing_error import ListingError
from vision.photo_errors import PhotoError
from vision.remote_errors import is_transient, remote_error

T = TypeVar("T")

PAUSES = (0.2, 0.8, 2.0)
"""Seconds before the second, third and fourth try: always the same ones, and no more."""


def with_retries(
    work: Callable[[], T],
    *,
    pauses: Sequence[float] = PAUSES,
    check: Callable[[], None] = lambda: None,
) -> T:
    """What `work` returns, which is tried once more after each of `pauses` while that may help.

    `check` is called before each pause and may end it all by raising. A PhotoError or ListingError
    of `work` is passed on at once. Raises RemoteError for any other exception: of the last try, or
    the first that trying again cannot mend.
    """
    for pause in (*pauses, None):
        try:
            return work()
        except (PhotoError, ListingError):
            raise
        except Exception as error:  # file systems are of many makes, and fail in any way
            if pause is None or not is_transient(error):
                raise remote_error(error) from None
        check()
        time.sleep(pause)
    raise AssertionError("unreachable: the last try returns or raises")
