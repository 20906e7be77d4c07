"""Tables and numbers of the model card."""

from collections.abc import Iterable, Sequence

NOT_MEASURED = "not measured"


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its cells escaped; a sentence instead where there is no row."""
    lines = [tuple(rows_cells) for rows_cells in rows]
    if not lines:
        return f"{NOT_MEASURED.capitalize()}."
    ruled = [headings, ["---"] * len(headings), *lines]
    return "\n".join(f"| {' | '.join(_escape(cell) for cell in row)} |" for row in ruled)


def share(value: float | None) -> str:
    """A share of 0..1 to three decimals."""
    return "–" if value is None else f"{value:.3f}"


def percent(value: float | None) -> str:
    """A share of 0..1 in percent, to one decimal."""
    return NOT_MEASURED if value is None else f"{value:.1%}"


def _escape(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
