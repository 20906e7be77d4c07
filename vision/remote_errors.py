"""Why a remote file could not be had, told from whatever its file system raises."""

import errno
from typing import Literal

_FINAL_NUMBERS = frozenset(
    getattr(errno, name, -1)
    for name in ("EACCES", "EINVAL", "EMSGSIZE", "ENAMETOOLONG", "ENOSYS", "EPERM", "EREMCHG")
)
_FINAL_TYPES = (ImportError, TypeError, ValueError, AttributeError, NotImplementedError)
_MISSING_TYPES = (FileNotFoundError, IsADirectoryError, NotADirectoryError)
_NO_CREDENTIALS = frozenset({"NoCredentialsError", "PartialCredentialsError", "ProfileNotFound"})
_TRANSIENT_STATUSES = frozenset({408, 425, 429})


class RemoteError(Exception):
    """A remote file cannot be read.

    `code` is `not_found` where nothing is there, otherwise `unreachable`. `reason` is a phrase for
    people; it never holds an address, for addresses carry credentials.
    """

    def __init__(self, code: Literal["not_found", "unreachable"], reason: str) -> None:
        super().__init__(code, reason)
        self.code: Literal["not_found", "unreachable"] = code
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


def remote_error(error: Exception) -> RemoteError:
    """What is told of an exception from a file system, nothing of whose text is used."""
    if isinstance(error, RemoteError):
        return error
    status = _status(error)
    if isinstance(error, _MISSING_TYPES) or status in (404, 410):
        return RemoteError("not_found", "nothing is there")
    return RemoteError("unreachable", _reason(error, status))


def is_transient(error: Exception) -> bool:
    """Whether trying again may help: broken connections, timeouts, servers that are too busy."""
    status = _status(error)
    if status is not None:
        return status in _TRANSIENT_STATUSES or status >= 500
    if isinstance(error, (RemoteError, PermissionError, *_MISSING_TYPES, *_FINAL_TYPES)):
        return False
    if type(error).__name__ in _NO_CREDENTIALS:
        return False
    return not (isinstance(error, OSError) and error.errno in _FINAL_NUMBERS)


def _reason(error: Exception, status: int | None) -> str:
    if isinstance(error, PermissionError) or status in (401, 403):
        return "access was denied"
    if type(error).__name__ in _NO_CREDENTIALS:
        return "this machine has no credentials for it"
    if status is not None:
        return f"the server answered with status {status}"
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
        return "the server took too long to answer"
    return "the connection failed"


def _status(error: Exception) -> int | None:
    """The HTTP status that an error of aiohttp or of a cloud's own client carries."""
    for name in ("status", "status_code", "code"):
        value = getattr(error, name, None)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return None
