"""The bytes of a photo, from wherever it was given, with their hash; never more than allowed."""

import hashlib
import io
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeGuard, runtime_checkable

from vision.photo_errors import PhotoError
from vision.photo_limits import Deadline, PhotoLimits, check_byte_count
from vision.remote_file import RefusedFile, RemoteFile, is_address

_CHUNK_BYTES = 1 << 20


@runtime_checkable
class Readable(Protocol):
    """A binary file object."""

    def read(self, size: int, /) -> bytes: ...


ByteSource = (
    bytes | bytearray | memoryview | str | os.PathLike[str] | Readable | RemoteFile | RefusedFile
)


@dataclass(frozen=True)
class PhotoBytes:
    """The photo's file as given: its bytes and their SHA-256, in hexadecimal."""

    data: bytes
    sha256: str


def is_byte_source(source: object) -> TypeGuard[ByteSource]:
    """Whether `read_photo_bytes` takes it."""
    if isinstance(source, RemoteFile | RefusedFile):
        return True
    return isinstance(source, bytes | bytearray | memoryview | str | os.PathLike | Readable)


def read_photo_bytes(source: ByteSource, limits: PhotoLimits, deadline: Deadline) -> PhotoBytes:
    """Read a photo's bytes.

    A path is opened and closed here. It is never waited on, so that a pipe cannot hang a batch.
    A file object is read from where it stands, is not closed, and is put back to where it stood
    when it can seek. A `RemoteFile` is fetched; a text that looks like an address is not.

    Raises:
        PhotoError: `not_found`, `empty`, `too_many_bytes`, `timeout`, `unsupported_format` for a
            file object in text mode, `unreachable` for a RemoteFile, `not_allowed` for a
            RefusedFile and for a text that looks like an address.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        check_byte_count(memoryview(source).nbytes, limits)
        data = bytes(source)
        return PhotoBytes(data, hashlib.sha256(data).hexdigest())
    if isinstance(source, RemoteFile):
        from vision.remote_photo import read_remote_photo

        return read_remote_photo(source, limits, deadline, _read_chunks)
    if isinstance(source, RefusedFile):
        raise PhotoError("not_allowed", source.message)
    if isinstance(source, str) and is_address(source):
        raise PhotoError("not_allowed", "This is an address, not a file: it is not followed.")
    if isinstance(source, str | os.PathLike):
        return _read_path(source, limits, deadline)
    return _read_file_object(source, limits, deadline)


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read_path(path: str | os.PathLike[str], limits: PhotoLimits, deadline: Deadline) -> PhotoBytes:
    try:
        with io.FileIO(os.fspath(path), opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise PhotoError("not_found", "There is no photo here: this is not a file.")
            if status.st_size > 0:  # a file of size 0 may still have bytes (/proc): read and see
                check_byte_count(status.st_size, limits)
            return _read_chunks(file.read, limits, deadline)
    except (FileNotFoundError, NotADirectoryError):
        raise PhotoError("not_found", "There is no photo with this name.") from None
    except IsADirectoryError:
        raise PhotoError("not_found", "There is no photo here: this is a folder.") from None
    except PermissionError:
        raise PhotoError("not_found", "The photo may not be read: permission denied.") from None
    except (OSError, ValueError, TypeError) as error:
        raise _cannot_read() from error


def _read_file_object(file: Readable, limits: PhotoLimits, deadline: Deadline) -> PhotoBytes:
    start: int | None = None
    with suppress(Exception):  # a stream that cannot seek is read all the same
        start = file.tell()  # type: ignore[attr-defined]
    try:
        return _read_chunks(file.read, limits, deadline)
    except PhotoError:
        raise
    except Exception as error:  # a stream may be of any make, and fail in any way
        raise _cannot_read() from error
    finally:
        if start is not None:
            with suppress(Exception):
                file.seek(start)  # type: ignore[attr-defined]


def _read_chunks(
    read: Callable[[int], bytes | None], limits: PhotoLimits, deadline: Deadline
) -> PhotoBytes:
    digest = hashlib.sha256()
    chunks: list[bytes] = []
    count = 0
    while chunk := read(_CHUNK_BYTES):
        if not isinstance(chunk, bytes | bytearray | memoryview):
            raise PhotoError("unsupported_format", "This file was opened as text, not as a photo.")
        chunks.append(bytes(chunk))
        digest.update(chunks[-1])
        count += len(chunks[-1])
        check_byte_count(count, limits)
        deadline.check()
    check_byte_count(count, limits)
    return PhotoBytes(b"".join(chunks) if len(chunks) > 1 else chunks[0], digest.hexdigest())


def _cannot_read() -> PhotoError:
    return PhotoError("not_found", "The photo cannot be read.")
