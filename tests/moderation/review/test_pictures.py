from pathlib import Path

import pytest

from moderation.review.pictures import photo_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "photos"
    (root / "a").mkdir(parents=True)
    (root / "a" / "1.jpg").write_bytes(b"photo")
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "up").symlink_to(tmp_path)
    (root / "in").symlink_to(root / "a" / "1.jpg")
    (root / "loop").symlink_to(root / "loop")
    return root


@pytest.mark.parametrize("source", ["a/1.jpg", "./a//1.jpg", "in"])
def test_a_file_below_the_root_is_found(root: Path, source: str) -> None:
    assert photo_file(root, source) == root.resolve() / "a" / "1.jpg"


@pytest.mark.parametrize(
    "source",
    [
        "",
        ".",
        "a",
        "gone.jpg",
        "../secret",
        "a/../../secret",
        "a/../a/1.jpg",
        "out",
        "up/secret",
        "loop",
        "/etc/passwd",
        "C:\\secret",
        "\\\\host\\share\\1.jpg",
        "a/1.jpg\0",
        "a\n/1.jpg",
        "\ud800",
        "x" * 5000,
    ],
)
def test_nothing_else_is(root: Path, source: str) -> None:
    assert photo_file(root, source) is None


def test_a_root_that_is_gone_has_no_files(tmp_path: Path) -> None:
    assert photo_file(tmp_path / "gone", "a/1.jpg") is None
