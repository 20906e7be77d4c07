"""What the commands share: exit statuses, and errors as one sentence."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

NOTHING_DONE, WRONG_USAGE, SOME_FAILED, INTERRUPTED = 1, 2, 3, 130
"""Exit statuses; 0 is all well, 130 what shells give for Ctrl-C."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turns the library's errors, and Ctrl-C, into one sentence and an exit status.

    What was written before Ctrl-C are whole records.
    """
    from moderation.errors import ModerationError, PolicyError
    from taggers.errors import DataFileError, OwnLabelError, UnknownNameError
    from vision.evaluation.errors import EvaluationError
    from vision.listing_error import ListingError
    from vision.moderate.errors import StoredRecordError
    from weights.errors import BundleError

    try:
        yield
    except (UnknownNameError, DataFileError, OwnLabelError, PolicyError) as error:
        fail(error, WRONG_USAGE)
    except (
        BundleError,
        EvaluationError,
        ListingError,
        ModerationError,
        StoredRecordError,
    ) as error:
        fail(error, NOTHING_DONE)
    except BrokenPipeError:
        # Whoever read our output has left; standard output must not be flushed again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(NOTHING_DONE) from None
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        fail(error, NOTHING_DONE, f"{named}{error.strerror or error}")
    except KeyboardInterrupt as error:
        fail(error, INTERRUPTED, "stopped.")


def fail(error: BaseException, status: int, message: str | None = None) -> NoReturn:
    """Prints the error, or `message` in its place, and its notes; exits with `status`."""
    lines = (f"vitrine: {message or error}", *getattr(error, "__notes__", ()))
    typer.echo("\n".join(lines), err=True)
    raise typer.Exit(status)
