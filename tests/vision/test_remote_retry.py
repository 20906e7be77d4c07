"""Which failures are tried again, how often, and what people are told of them."""

import errno

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from vision.listing_error import ListingError
from vision.photo_errors import PhotoError
from vision.remote_errors import RemoteError, is_transient, remote_error
from vision.remote_protocols import protocols
from vision.remote_retry import PAUSES, with_retries

SECRET = "https://ann:pass@shop.example/1.jpg?X-Amz-Signature=abc"


class StatusError(Exception):
    """An error of a client that carries the server's status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status}, url={SECRET}")
        self.status = status


@pytest.mark.parametrize(
    ("error", "transient", "code", "reason"),
    [
        (FileNotFoundError(SECRET), False, "not_found", "nothing is there"),
        (IsADirectoryError(SECRET), False, "not_found", "nothing is there"),
        (StatusError(404), False, "not_found", "nothing is there"),
        (StatusError(403), False, "unreachable", "access was denied"),
        (PermissionError(SECRET), False, "unreachable", "access was denied"),
        (NoCredentialsError(), False, "unreachable", "this machine has no credentials for it"),
        (StatusError(429), True, "unreachable", "the server answered with status 429"),
        (StatusError(503), True, "unreachable", "the server answered with status 503"),
        (StatusError(400), False, "unreachable", "the server answered with status 400"),
        (OSError(errno.EINVAL, SECRET), False, "unreachable", "the connection failed"),
        (OSError(errno.EBUSY, SECRET), True, "unreachable", "the connection failed"),
        (ConnectionResetError(SECRET), True, "unreachable", "the connection failed"),
        (EndpointConnectionError(endpoint_url=SECRET), True, "unreachable", "connection failed"),
        (ReadTimeoutError(endpoint_url=SECRET), True, "unreachable", "took too long"),
        (TimeoutError(SECRET), True, "unreachable", "took too long"),
        (ValueError(SECRET), False, "unreachable", "the connection failed"),
    ],
)
def test_a_failure_is_told_without_its_address(
    error: Exception, transient: bool, code: str, reason: str
) -> None:
    told = remote_error(error)
    assert is_transient(error) is transient
    assert told.code == code
    assert reason in told.reason
    assert not any(word in f"{told} {told!r}" for word in ("ann", "pass@", "abc", "shop.example"))


def tries_of(error: Exception, pauses: tuple[float, ...]) -> int:
    tries = 0

    def work() -> None:
        nonlocal tries
        tries += 1
        raise error

    with pytest.raises((RemoteError, type(error))):
        with_retries(work, pauses=pauses)
    return tries


def test_a_transient_failure_is_tried_once_more_after_each_pause() -> None:
    assert tries_of(ConnectionResetError(), (0.0, 0.0)) == 3
    assert tries_of(ConnectionResetError(), ()) == 1


@pytest.mark.parametrize(
    "error",
    [FileNotFoundError(), PhotoError("empty", "Empty."), ListingError("bad"), ImportError()],
)
def test_what_trying_again_cannot_mend_is_tried_once(error: Exception) -> None:
    assert tries_of(error, (0.0, 0.0)) == 1


def test_a_check_ends_the_tries() -> None:
    def fail() -> None:
        raise ConnectionResetError

    def out_of_time() -> None:
        raise PhotoError("timeout", "Too long.")

    with pytest.raises(PhotoError, match="Too long"):
        with_retries(fail, pauses=(60.0,), check=out_of_time)


def test_all_pauses_together_are_a_few_seconds() -> None:
    assert 1 <= sum(PAUSES) <= 10
    assert list(PAUSES) == sorted(PAUSES)


def test_every_protocol_of_the_data_file_is_whole_and_none_reads_this_machine() -> None:
    found = protocols()
    assert {"s3", "s3a", "gs", "http", "https"} <= set(found)
    assert found["s3a"] == found["s3"]
    assert all(one.install and one.name in found for one in found.values())
    assert not {"file", "local", "zip", "git", "simplecache", "reference", "data"} & set(found)
