"""The bytes of a photo at an address, within the same limits as any other photo's."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vision.photo_errors import PhotoError
from vision.photo_limits import Deadline, PhotoLimits, check_byte_count
from vision.remote_errors import RemoteError
from vision.remote_file import RemoteFile
from vision.remote_read import declared_size, open_remote
from vision.remote_retry import PAUSES, with_retries

if TYPE_CHECKING:
    from vision.photo_bytes import PhotoBytes

ReadChunks = Callable[[Callable[[int], bytes | None], PhotoLimits, Deadline], "PhotoBytes"]


def read_remote_photo(
    file: RemoteFile,
    limits: PhotoLimits,
    deadline: Deadline,
    read_chunks: ReadChunks,
    *,
    pauses: Sequence[float] = PAUSES,
) -> "PhotoBytes":
    """Fetch a photo; `read_chunks` reads a stream within the limits.

    A size that the other side states is checked before anything is read. A broken connection is
    tried again, from the photo's start, while the deadline has time.

    Raises:
        PhotoError: `not_found`, `unreachable`, `empty`, `too_many_bytes`, `timeout`.
    """

    def once() -> "PhotoBytes":
        with open_remote(file) as stream:
            size = declared_size(stream)
            if size:  # a size of 0 may be one that is not known: read and see
                check_byte_count(size, limits)
            return read_chunks(stream.read, limits, deadline)

    try:
        return with_retries(once, pauses=pauses, check=deadline.check)
    except RemoteError as error:
        raise _photo_error(error) from None


def _photo_error(error: RemoteError) -> PhotoError:
    if error.code == "not_found":
        return PhotoError("not_found", "There is no photo at this address.")
    return PhotoError("unreachable", f"The photo cannot be fetched: {error.reason}.")
