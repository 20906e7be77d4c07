"""What tests of several rooms share: one enricher, so that the model is loaded once.

Property tests draw the same examples every time and are not held to a deadline, so that a slow or
busy machine changes nothing; `pytest --hypothesis-profile=explore` draws new ones.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.command_line import CUP

if TYPE_CHECKING:
    from vision import Enricher

settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", settings.get_profile("explore"), derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def enricher() -> "Iterator[Enricher]":
    """The embedded bundle and the installed detectors, in batches of 4 that listings span."""
    from vision import Enricher  # torch is slow to import, and not every test needs it

    with Enricher(threads=2, batch_size=4) as shared:
        yield shared


@pytest.fixture(scope="session")
def unmoderated() -> "Iterator[Enricher]":
    """The same without detectors, and with batches of 3."""
    from vision import Enricher

    with Enricher(threads=2, batch_size=3, moderation=False) as shared:
        yield shared


@pytest.fixture
def cups(tmp_path: Path) -> Path:
    """Two listings of two good photos each."""
    for name in ("one", "two"):
        folder = tmp_path / "cups" / name
        folder.mkdir(parents=True)
        for number in (1, 2):
            (folder / f"{number}.jpg").write_bytes(CUP)
    return tmp_path / "cups"
