"""What `vitrine evaluate --compare A B` does: compares, prints, writes."""

import json
import sys
from pathlib import Path

import typer
from tqdm import tqdm

from vision.evaluation.compare import Comparison, compare
from vision.evaluation.compare_page import compare_page
from vision.evaluation.compare_table import compare_document, compare_table


def compare_bundles(
    bundles: tuple[str, str],
    files: list[Path],
    *,
    dataset: str | None,
    split: str | None,
    limit: int | None,
    threads: int | None,
    json_path: Path | None,
    html_path: Path | None,
) -> Comparison:
    """Prints the table and writes the files asked for; raises what `compare` raises, OSError."""
    with tqdm(unit=" photos", file=sys.stderr, disable=None) as bar:
        comparison = compare(
            bundles,
            files,
            dataset=dataset,
            split=split,
            limit=limit,
            threads=threads,
            progress=lambda: bar.update(),
        )
    typer.echo(compare_table(comparison))
    if json_path is not None:
        text = json.dumps(compare_document(comparison), indent=1, ensure_ascii=False)
        json_path.write_text(f"{text}\n", "utf-8", newline="\n")
    if html_path is not None:
        html_path.write_text(compare_page(comparison), "utf-8", newline="\n")
    return comparison
