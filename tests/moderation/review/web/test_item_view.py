"""What is drawn over a photo lies in it, at its place, and belongs to the view that is shown."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.review.desk import Desk
from moderation.review.item import Item
from moderation.review.web.item_view import boxes, flag_views, looks, text_size
from tests.moderation.review.desks import fill, flag, record

SIDE = st.integers(1, 10_000)
NUMBER = st.integers(-20_000, 20_000)


@pytest.fixture
def item(lite: Desk, tmp_path: Path) -> Item:
    flags = [
        flag(score=0.9),
        flag(score=0.8, box=None),
        flag(score=0.7, view="frame", frame=12),
        flag(score=0.6, view="frame", frame=3),
        flag(score=0.5, view="hidden"),
    ]
    fill(lite, tmp_path, record("one", flags=flags))
    found = lite.item(1)
    assert found is not None
    return found


def test_each_view_has_its_own_boxes(item: Item) -> None:
    assert [look.name for look in looks(item)] == ["", "frame-3", "frame-12", "hidden"]
    assert [box.number for box in boxes(item, "")] == [1]
    assert [box.number for box in boxes(item, "frame-12")] == [2]
    assert [box.number for box in boxes(item, "frame-3")] == [3]
    assert [box.number for box in boxes(item, "hidden")] == [4]


def test_a_flag_without_a_box_has_no_number(item: Item) -> None:
    assert [one.box_number for one in flag_views(item)] == [1, None, 2, 3, 4]
    assert [one.bar for one in flag_views(item)] == [180, 160, 140, 120, 100]
    assert {one.mark for one in flag_views(item)} == {40}


def test_a_photo_of_unknown_size_has_no_boxes(item: Item) -> None:
    unknown = replace(item, size=None)
    assert boxes(unknown, "") == ()
    assert {one.box_number for one in flag_views(unknown)} == {None}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), st.tuples(SIDE, SIDE))
def test_whatever_a_box_is_it_is_drawn_in_the_photo(
    item: Item, box: tuple[int, int, int, int], size: tuple[int, int]
) -> None:
    boxed = replace(item, size=size, flags=(replace(item.flags[0], box=box),))
    (drawn,) = boxes(boxed, "")
    assert 0 <= drawn.x <= drawn.x + drawn.width <= size[0]
    assert 0 <= drawn.y <= drawn.y + drawn.height <= size[1]
    assert 0 <= drawn.text_x < size[0]
    assert 0 <= drawn.text_y <= size[1]
    assert text_size(boxed) >= 1
