"""The one error that opening a photo raises, and its stable codes."""

from typing import Final, Literal, get_args

PhotoErrorCode = Literal[
    "not_found",
    "unreachable",
    "not_allowed",
    "empty",
    "unsupported_format",
    "corrupt",
    "truncated",
    "too_many_bytes",
    "too_many_pixels",
    "too_small",
    "timeout",
    "crashed",
]

PHOTO_ERROR_CODES: Final[tuple[PhotoErrorCode, ...]] = get_args(PhotoErrorCode)


class PhotoError(Exception):
    """A photo could not be opened. `code` is for programs, `message` for the seller.

    The codes, and every case that gets each:

    `not_found`
        No bytes can be had: the path is missing, is a dangling or looping link, is a folder, a
        pipe or a device, may not be read, is no valid path; or reading it fails on the way; or
        the file object given is closed or fails; or nothing is at the address given.
    `unreachable`
        A photo at an address (`vision.remote_file.RemoteFile`) cannot be fetched: the connection
        fails or the server is too busy, several times in a row; access is denied; the server sends
        the reader on to another address where that is not followed; a package for it is missing.
    `not_allowed`
        The photo is given by an address that nobody allowed to follow.
    `empty`
        The file, bytes or stream has 0 bytes.
    `unsupported_format`
        The bytes do not start like any format in the list, whatever the file's name says; or what
        was given is no source of a photo at all (None, a list, text, an array of the wrong shape
        or type).
    `corrupt`
        It starts like a photo and is complete, but cannot be decoded.
    `truncated`
        It starts like a photo and ends too early.
    `too_many_bytes`
        More bytes than `PhotoLimits.max_bytes`.
    `too_many_pixels`
        More pixels than `max_pixels`, a side longer than `max_side`, or more than fits in memory.
    `too_small`
        A side shorter than `min_side`.
    `timeout`
        Opening took longer than `timeout_seconds`; in a backfill, looking at it took longer than
        its time a photo.
    `crashed`
        The process that looked at it died, twice; only a backfill, which has processes to lose,
        gives this.
    """

    def __init__(self, code: PhotoErrorCode, message: str) -> None:
        # Both go to Exception, so that the error survives pickling between processes.
        super().__init__(code, message)
        self.code: PhotoErrorCode = code
        self.message = message

    def __str__(self) -> str:
        return self.message
