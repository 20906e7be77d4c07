"""Writing records as JSON lines in UTF-8, so that a reader never meets half a record."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from vision.record import ListingRecord


class WriteRecord(Protocol):
    """Takes one record after the other."""

    def __call__(self, record: ListingRecord) -> None:
        """Writes one record."""


@contextmanager
def record_writer(output: Path | None) -> Iterator[WriteRecord]:
    """A function that writes one record a line, to standard output or to a file.

    The file is written aside, as `NAME.partial`, and takes its name when the block ends. Where it
    ends by an exception, the name keeps what it held before, and the whole records written so far
    stay aside, which a note on the exception says. What is no regular file (a device, a pipe) is
    written to as it is. Raises OSError where the file cannot be written.
    """
    if output is None:
        yield _to(sys.stdout.buffer)
    elif output.exists() and not output.is_file():
        with output.open("wb") as stream:
            yield _to(stream)
    else:
        with _replaced_at_the_end(output.resolve()) as stream:
            yield _to(stream)


@contextmanager
def _replaced_at_the_end(output: Path) -> Iterator[BinaryIO]:
    partial = output.with_name(output.name + ".partial")
    stream = partial.open("wb")
    try:
        with stream:
            yield stream
    except BaseException as error:
        if partial.stat().st_size:
            error.add_note(f"The records written so far are in {partial}.")
        else:
            partial.unlink()
        raise
    partial.replace(output)


def _to(stream: BinaryIO) -> WriteRecord:
    def write(record: ListingRecord) -> None:
        stream.write(record.model_dump_json().encode() + b"\n")
        stream.flush()

    return write
