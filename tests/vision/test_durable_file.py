"""A file appears whole, or what was there before stays."""

from pathlib import Path

import pytest

from vision.durable_file import durably, remove_leftovers


def test_a_file_appears_when_the_block_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "page.html"
    with durably(path) as aside:
        aside.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_was_there_before_stays_where_anything_fails(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "page.html"
    path.write_text("before")

    def break_off() -> None:
        with durably(path) as aside:
            aside.write_text("ha")
            raise error

    with pytest.raises(error):
        break_off()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_aside_can_be_removed(tmp_path: Path) -> None:
    whole = tmp_path / "whole.jsonl"
    whole.write_text("1")
    writing = durably(tmp_path / "half.jsonl")
    writing.__enter__().write_text("0.5")
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == [whole]
