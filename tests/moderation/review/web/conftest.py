"""A desk with people and photos, served over HTTP on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from skimage import data

from moderation.review.desk import Desk
from tests.moderation.review.conftest import TurnedClock
from tests.moderation.review.desks import person
from tests.moderation.review.web.scenery import (
    SIMILAR_PDQ,
    Served,
    failed,
    fill,
    poster,
    serve,
    small,
)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """The folder that photos are shown from."""
    root = tmp_path / "photos"
    root.mkdir()
    return root


@pytest.fixture
def empty(lite: Desk, clock: TurnedClock, photos: Path) -> Iterator[Served]:
    """A served desk with a reviewer (ada) and a lead (lin), and an empty queue."""
    person(lite, "ada")
    person(lite, "lin", "lead")
    with serve(lite, clock, photos) as served:
        yield served


@pytest.fixture
def served(empty: Served, tmp_path: Path) -> Served:
    """The same with five listings in the queue, in this order."""
    for one in (
        poster(empty.photos),
        small(empty.photos, "cup-4", data.coffee(), pdq=SIMILAR_PDQ, pdq_quality=90),
        small(empty.photos, "cat-7", data.chelsea()),
        failed(),
    ):
        fill(empty.desk, tmp_path, empty.photos, one)
        empty.clock.turn(seconds=1)
    return empty
