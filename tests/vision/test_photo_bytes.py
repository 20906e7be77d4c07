"""Where a photo's bytes come from, what is refused, and that nothing stays open."""

import io
import os
import socket
from pathlib import Path

import pytest

from tests.vision.photos import encode, real_photo
from vision.photo import PhotoError, PhotoLimits, open_photo

DATA = encode(real_photo("chelsea.png"), "png")


def code_of(source: object, limits: PhotoLimits | None = None) -> str:
    with pytest.raises(PhotoError) as caught:
        open_photo(source, limits=limits)  # type: ignore[arg-type]
    assert str(caught.value).endswith(".")
    return caught.value.code


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.jpg") == "not_found"


@pytest.mark.parametrize("path", ["", "a\0b.jpg", "x" * 5000, "\ud800.jpg"])
def test_a_path_that_cannot_be_is_not_found(path: str) -> None:
    assert code_of(path) == "not_found"


def test_a_folder_named_as_a_photo_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").mkdir()
    assert code_of(tmp_path / "x.jpg") == "not_found"


def test_dangling_and_looping_links_are_not_found(tmp_path: Path) -> None:
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "none.jpg")
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    assert code_of(tmp_path / "dangling.jpg") == "not_found"
    assert code_of(tmp_path / "loop.jpg") == "not_found"


def test_a_pipe_and_a_socket_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert code_of(tmp_path / "pipe.jpg") == "not_found"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.jpg"))
        assert code_of(tmp_path / "s.jpg") == "not_found"


def test_a_path_below_a_file_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(DATA)
    assert code_of(tmp_path / "a.jpg" / "b.jpg") == "not_found"


class FailingFile(io.RawIOBase):
    """A file whose disk fails after the first bytes."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, size: int = -1, /) -> bytes:
        self.reads += 1
        if self.reads > 1:
            raise OSError(5, "Input/output error")
        return DATA[:100]


def test_a_file_object_that_fails_or_is_closed_is_not_found() -> None:
    assert code_of(FailingFile()) == "not_found"
    closed = io.BytesIO(DATA)
    closed.close()
    assert code_of(closed) == "not_found"


def test_nothing_is_empty_whatever_it_comes_as(tmp_path: Path) -> None:
    (tmp_path / "zero.jpg").touch()
    for source in (b"", bytearray(), memoryview(b""), io.BytesIO(), tmp_path / "zero.jpg"):
        assert code_of(source) == "empty"


def test_a_file_in_text_mode_is_refused() -> None:
    assert code_of(io.StringIO("not a photo")) == "unsupported_format"


def test_the_byte_limit_holds_for_every_source(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(DATA)
    exact, less = PhotoLimits(max_bytes=len(DATA)), PhotoLimits(max_bytes=len(DATA) - 1)
    for source in (DATA, path, io.BytesIO(DATA)):
        assert open_photo(source, limits=exact).byte_count == len(DATA)
        assert code_of(source, less) == "too_many_bytes"


class EndlessFile:
    """A stream without an end that counts what it gave."""

    given = 0

    def read(self, size: int, /) -> bytes:
        self.given += size
        return bytes(size)


def test_a_stream_is_read_no_further_than_the_limit() -> None:
    stream = EndlessFile()
    assert code_of(stream, PhotoLimits(max_bytes=3_000_000)) == "too_many_bytes"
    assert stream.given < 5_000_000


def test_a_huge_file_is_refused_by_its_size_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse: takes no room
    assert code_of(path) == "too_many_bytes"


def test_a_file_object_is_read_from_where_it_stands_and_put_back() -> None:
    file = io.BytesIO(b"header" + DATA)
    file.seek(6)
    assert open_photo(file).byte_count == len(DATA)
    assert file.tell() == 6
    assert not file.closed


def test_a_stream_that_cannot_seek_is_read() -> None:
    reading, writing = os.pipe()
    small = encode(real_photo("chelsea.png").resize((20, 20)), "png")
    os.write(writing, small)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        assert open_photo(stream).byte_count == len(small)


def test_no_file_stays_open_whether_the_photo_opens_or_not(tmp_path: Path) -> None:
    good, cut, text = tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.jpg"
    good.write_bytes(DATA)
    cut.write_bytes(DATA[: len(DATA) // 2])
    text.write_text("hello")
    before = sorted(os.listdir("/dev/fd"))  # noqa: PTH208
    open_photo(good)
    assert code_of(cut) == "truncated"
    assert code_of(text) == "unsupported_format"
    assert code_of(good, PhotoLimits(max_side=10)) == "too_many_pixels"
    assert sorted(os.listdir("/dev/fd")) == before  # noqa: PTH208
