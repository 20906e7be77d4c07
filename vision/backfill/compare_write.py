"""Comparisons written to files, which appear whole or not at all."""

import json
from pathlib import Path

from vision.backfill.compare import Comparison
from vision.backfill.compare_document import document
from vision.backfill.compare_page import page
from vision.durable_file import durably


def write_json(comparison: Comparison, path: Path) -> None:
    """Writes all figures. Raises OSError where the file cannot be written."""
    text = json.dumps(document(comparison), indent=1, ensure_ascii=False)
    with durably(path) as partial:
        partial.write_text(f"{text}\n", "utf-8", newline="\n")


def write_html(
    comparison: Comparison, path: Path, *, source: str | None = None, remote: bool | None = None
) -> None:
    """Writes the page; see `vision.backfill.compare_page.page`.

    Raises OSError where the file cannot be written.
    """
    content = page(comparison, source=source, remote=remote)
    with durably(path) as partial:
        partial.write_text(content, "utf-8", newline="\n")
