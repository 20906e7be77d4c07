"""What the colour tests share."""

from __future__ import annotations

import pytest

from color import ColorAnalyzer


@pytest.fixture(scope="session")
def analyzer() -> ColorAnalyzer:
    """The analyser with the generic vocabulary."""
    return ColorAnalyzer()
