"""One reader for all tests, so that the model is loaded once."""

from collections.abc import Iterator

import pytest

from vision.evaluation.reading import Reader
from weights.catalog import EMBEDDED, find_bundle


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with Reader(find_bundle(EMBEDDED), threads=1, batch_size=4) as shared:
        yield shared
