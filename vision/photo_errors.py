"""The one error that opening a photo raises, and its stable codes."""

from typing import Final, Literal, get_args

PhotoErrorCode = Literal[
    "not_found",
    "empty",
    "unsupported_format",
    "corrupt",
    "truncated",
    "too_many_bytes",
    "too_many_pixels",
    "too_small",
    "timeout",
]

PHOTO_ERROR_CODES: Final[tuple[PhotoErrorCode, ...]] = get_args(PhotoErrorCode)


class PhotoError(Exception):
    """A photo could not be opened. `code` is for programs, `message` for the seller.

    The codes, and every case that gets each:

    `not_found`
        No bytes can be had: the path is missing, is a dangling or looping link, is a folder, a
        pipe or a device, may not be read, is no valid path; or reading it fails on the way; or
        the file object given is closed or fails.
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
        Opening took longer than `timeout_seconds`.
    """

    def __init__(self, code: PhotoErrorCode, message: str) -> None:
        # Both go to Exception, so that the error survives pickling between processes.
        super().__init__(code, message)
        self.code: PhotoErrorCode = code
        self.message = message

    def __str__(self) -> str:
        return self.message
