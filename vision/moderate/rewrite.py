"""A whole file of records decided again, written as a new file or only counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from moderation import Policy
from vision.moderate.change_report import ChangeReport
from vision.moderate.redecide import new_line, redecide
from vision.moderate.stored import read_stored


def redecide_file(records: Path, policy: Policy, output: Path | None = None) -> ChangeReport:
    """Decides every record of `records` under `policy`, and counts what changes.

    With `output` the new records are written there, in the same order: all of them or, where
    anything fails, none, and the file keeps what it held. It may be `records` itself. Raises
    StoredRecordError for a line that cannot be used, OSError for a file that cannot.
    """
    report = ChangeReport(policy.reference)
    with whole_or_nothing(output) as stream:
        for line in read_stored(records):
            decided = redecide(line.listing, policy)
            report.add(decided)
            if stream is not None:
                stream.write(new_line(line, decided) + "\n")
    return report


@contextmanager
def whole_or_nothing(output: Path | None) -> Iterator[TextIO | None]:
    """A stream that becomes the file `output` when the block ends, and nothing where it raises."""
    if output is None:
        yield None
        return
    partial = output.with_name(output.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        partial.replace(output)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
