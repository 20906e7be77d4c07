"""Records that the library wrote, made once."""

from pathlib import Path

import pytest

from tests.vision.moderate.stored_records import write_records


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_records(tmp_path_factory.mktemp("stored"))
