"""The bytes behind an address: opened, streamed, copied; every failure is a RemoteError."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vision.listing_error import ListingError
from vision.remote_errors import RemoteError
from vision.remote_file import RemoteFile
from vision.remote_protocols import protocols
from vision.remote_retry import PAUSES, with_retries
from vision.remote_system import file_system

_CHUNK_BYTES = 1 << 20
_IDENTITY = ("size", "ETag", "LastModified", "Last-Modified", "mtime", "updated", "created", "md5")


@contextmanager
def open_remote(file: RemoteFile) -> Iterator[Any]:
    """The file as a binary stream; one try. Whatever its file system raises is raised."""
    options = dict(protocols()[file.protocol].open)
    if file.is_web and not file.redirects:
        options["allow_redirects"] = False
    with file_system(file.protocol).open(file.target, "rb", **options) as stream:
        _check_not_redirected(stream)
        _check_not_a_folder(stream)
        yield stream


def declared_size(stream: Any) -> int | None:
    """How many bytes the other side says that there are, before any is read; None if unsaid."""
    answer = getattr(stream, "r", None)  # fsspec streams over HTTP know no size; the answer may
    size = getattr(stream, "size", None) if answer is None else answer.content_length
    return size if isinstance(size, int) else None


@contextmanager
def local_copy(file: RemoteFile, *, pauses: Sequence[float] = PAUSES) -> Iterator[Path]:
    """A whole copy of the file on local disk, removed when the block ends.

    So nothing is lost where a connection would not last as long as the work on what came by it.
    Raises RemoteError, and ListingError where the copy cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="vitrine-") as folder:
        path = Path(folder) / f"copy{file.suffix}"
        with_retries(lambda: _copy(file, path), pauses=pauses)
        yield path


def remote_identity(file: RemoteFile, *, pauses: Sequence[float] = PAUSES) -> dict[str, str]:
    """What the other side says of a file's present content: size, entity tag, times.

    Two files of the same answer are taken to be the same; what a server does not say is left out.
    Raises RemoteError.
    """
    info = with_retries(lambda: _info(file), pauses=pauses)
    return {key: str(info[key]) for key in _IDENTITY if info.get(key) is not None}


def _info(file: RemoteFile) -> dict[str, Any]:
    with open_remote(file) as stream:
        answer = getattr(stream, "r", None)
        if answer is not None:
            return {**answer.headers, "size": answer.content_length}
        return dict(file_system(file.protocol).info(file.target))


def _copy(file: RemoteFile, path: Path) -> None:
    with open_remote(file) as stream, path.open("wb") as copy:
        while chunk := stream.read(_CHUNK_BYTES):
            try:
                copy.write(chunk)
            except OSError as error:
                raise ListingError(f"cannot be copied to {path}: {error.strerror}", file) from error


def _check_not_redirected(stream: Any) -> None:
    status = getattr(getattr(stream, "r", None), "status", 200)
    if 300 <= status < 400:
        reason = "its server sends the reader on to another address, which is not followed here"
        raise RemoteError("unreachable", reason)


def _check_not_a_folder(stream: Any) -> None:
    details = getattr(stream, "details", None)  # object stores open a folder as a file of 0 bytes
    if isinstance(details, dict) and details.get("type") == "directory":
        raise RemoteError("not_found", "a folder is there, and no file")
