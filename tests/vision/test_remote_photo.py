"""Photos fetched from a real web server: within the limits, with faults as coded errors."""

import socket
from collections.abc import Iterator

import pytest

from tests.vision.photos import encode, real_photo
from tests.vision.remote_servers import WebServer
from vision.photo import PhotoError, PhotoLimits, open_photo
from vision.photo_bytes import _read_chunks as read_chunks
from vision.photo_limits import Deadline
from vision.remote_errors import RemoteError
from vision.remote_file import RemoteFile
from vision.remote_photo import read_remote_photo
from vision.remote_read import local_copy, remote_identity
from vision.remote_system import file_system

CAT = encode(real_photo("chelsea.png"), "png")
AT_ONCE = (0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def web() -> Iterator[WebServer]:
    with WebServer().running() as server:
        for path in ("/cat.png", "/busy/2/cat.png", "/busy/9/cat.png", "/broken/1/cat.png"):
            server.files[path] = CAT
        server.files["/empty.png"] = b""
        server.files["/blue mug?.png"] = CAT
        yield server


def fetch(url: str, limits: PhotoLimits | None = None, redirects: bool = True) -> bytes:
    limits = limits or PhotoLimits()
    deadline = Deadline(limits.timeout_seconds)
    file = RemoteFile(url, redirects)
    return read_remote_photo(file, limits, deadline, read_chunks, pauses=AT_ONCE).data


def error_of(url: str, limits: PhotoLimits | None = None, redirects: bool = True) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        fetch(url, limits, redirects)
    assert "127.0.0.1" not in str(caught.value)
    assert str(caught.value).endswith(".")
    return caught.value


def test_a_photo_is_fetched_with_one_request_and_is_the_same_as_from_disk(web: WebServer) -> None:
    before = web.requests["/cat.png"]
    photo = open_photo(RemoteFile(f"{web.address}/cat.png"))
    assert web.requests["/cat.png"] == before + 1
    assert photo.sha256 == open_photo(CAT).sha256
    assert photo.source == "cat.png"


def test_a_name_that_no_url_can_hold_arrives_as_it_is(web: WebServer) -> None:
    manifest = RemoteFile(f"{web.address}/m.csv")
    assert fetch(manifest.beside("blue mug?.png").url) == CAT


def test_nothing_there_is_not_found(web: WebServer) -> None:
    for url in (f"{web.address}/none.png", f"{web.address}/status/410/cat.png"):
        assert error_of(url).code == "not_found"
    assert web.requests["/none.png"] == 1


def test_an_empty_photo_is_empty(web: WebServer) -> None:
    assert error_of(f"{web.address}/empty.png").code == "empty"


@pytest.mark.parametrize("status", [401, 403])
def test_denied_access_is_unreachable_and_not_tried_again(web: WebServer, status: int) -> None:
    path = f"/status/{status}/cat.png"
    error = error_of(f"{web.address}{path}?X-Amz-Signature=secret")
    assert (error.code, str(error)) == (
        "unreachable",
        "The photo cannot be fetched: access was denied.",
    )
    assert web.requests[path] == 1


def test_a_busy_server_and_a_broken_connection_are_tried_again(web: WebServer) -> None:
    assert fetch(f"{web.address}/busy/2/cat.png") == CAT
    assert fetch(f"{web.address}/broken/1/cat.png") == CAT


def test_a_server_that_stays_busy_is_given_up(web: WebServer) -> None:
    error = error_of(f"{web.address}/busy/9/cat.png")
    assert error.code == "unreachable"
    assert "status 503" in str(error)
    assert web.requests["/busy/9/cat.png"] == 4


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = error_of(f"http://127.0.0.1:{port}/cat.png")
    assert (error.code, "connection failed" in str(error)) == ("unreachable", True)


def test_a_stated_size_over_the_limit_is_refused_unread(web: WebServer) -> None:
    web.files["/large.png"] = bytes(20_000_000)
    error = error_of(f"{web.address}/large.png", PhotoLimits(max_bytes=1000))
    assert error.code == "too_many_bytes"


def test_an_answer_without_end_is_read_no_further_than_the_limit(web: WebServer) -> None:
    before = web.bytes_sent
    error = error_of(f"{web.address}/endless/cat.png", PhotoLimits(max_bytes=2_000_000))
    assert error.code == "too_many_bytes"
    assert web.bytes_sent - before < 30_000_000  # what lies in the sockets' buffers comes on top


def test_the_deadline_holds_while_a_photo_comes_in(web: WebServer) -> None:
    limits = PhotoLimits(max_bytes=10**12, timeout_seconds=0.3)
    assert error_of(f"{web.address}/endless/cat.png", limits).code == "timeout"


def test_redirects_are_followed_only_where_that_is_allowed(web: WebServer) -> None:
    url = f"{web.address}/to/{web.address}/cat.png"
    assert fetch(url) == CAT
    before = web.requests["/cat.png"]
    error = error_of(url, redirects=False)
    assert (error.code, "another address" in str(error)) == ("unreachable", True)
    assert web.requests["/cat.png"] == before


def test_a_missing_package_is_named() -> None:
    with pytest.raises(PhotoError, match="pip install ocifs") as caught:
        open_photo(RemoteFile("oci://bucket/cat.png"))
    assert caught.value.code == "unreachable"


def test_one_file_system_serves_the_process(web: WebServer) -> None:
    assert file_system("http") is file_system("http")


def test_a_copy_is_whole_and_is_gone_afterwards(web: WebServer) -> None:
    web.files["/broken/1/again.png"] = CAT
    with local_copy(RemoteFile(f"{web.address}/broken/1/again.png"), pauses=AT_ONCE) as path:
        assert path.read_bytes() == CAT
    assert not path.exists()


def test_a_copy_of_nothing_is_an_error(web: WebServer) -> None:
    file = RemoteFile(f"{web.address}/none.csv")
    with pytest.raises(RemoteError, match="nothing is there"), local_copy(file):
        raise AssertionError("there is nothing to copy")


def test_the_identity_changes_with_the_content(web: WebServer) -> None:
    file = RemoteFile(f"{web.address}/m.csv")
    web.files["/m.csv"] = b"listing_id,photos\n"
    first = remote_identity(file)
    web.files["/m.csv"] += b"mug,1.jpg\n"
    assert remote_identity(file) != first
    assert remote_identity(file) == remote_identity(file)
