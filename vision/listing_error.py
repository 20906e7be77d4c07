"""The one error of the listing readers."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vision.remote_file import RemoteFile


class ListingError(Exception):
    """The listings given cannot be read as they stand.

    Raised for a manifest with a missing column, a broken line, an empty list of photos or a
    `listing_id` used twice, for a path where nothing is found, and for a listing without photos.
    A photo that cannot be used is never a `ListingError`: it has its own error in the record.

    `path` is the file or folder, where it is remote a `RemoteFile`; `line` is the line (the row in
    Parquet), counted from 1; either may be None. `reason` is the sentence without them;
    `str(error)` is `"path, line N: reason"`.
    """

    def __init__(
        self,
        reason: str,
        path: "Path | RemoteFile | None" = None,
        line: int | None = None,
        unit: str = "line",
    ) -> None:
        self.reason, self.path, self.line = reason, path, line
        place = "" if path is None else str(path)
        if line is not None:
            place += f", {unit} {line}"
        super().__init__(f"{place}: {reason}" if place else reason)
