"""The catalogue as a table for people."""

import textwrap
from collections.abc import Iterable, Sequence

from weights.catalog_states import BundleState

HEADER = ("NAME", "VERSION", "STATE", "LICENCE", "COMMERCIAL", "SIZE", "PUBLISHED ACCURACY")
RIGHT = {"SIZE"}
GAP = "  "
UNKNOWN = "-"
COLUMNS = 100


def as_table(states: Sequence[BundleState]) -> str:
    """One row a bundle, the notes that some rows need, and the folders of the installed ones."""
    rows = [HEADER, *map(_row, states)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = [_line(row, widths) for row in rows]
    notes = [textwrap.fill(note, COLUMNS, subsequent_indent="    ") for note in _notes(states)]
    parts = [table, notes, list(_folders(states))]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _row(state: BundleState) -> tuple[str, ...]:
    accuracy = state.entry.accuracy if state.entry else None
    return (
        state.name,
        state.version or UNKNOWN,
        state.state,
        state.licence or UNKNOWN,
        _commercial(state),
        UNKNOWN if state.size is None else f"{state.size / 1e6:,.0f} MB",
        f"{accuracy.value:.1%} {accuracy.measure}" if accuracy else UNKNOWN,
    )


def _commercial(state: BundleState) -> str:
    if state.entry is None:
        return UNKNOWN
    return "yes" if state.entry.commercial else "no"


def _line(row: Sequence[str], widths: Iterable[int]) -> str:
    cells = (
        cell.rjust(width) if title in RIGHT else cell.ljust(width)
        for title, cell, width in zip(HEADER, row, widths, strict=True)
    )
    return GAP.join(cells).rstrip()


def _notes(states: Iterable[BundleState]) -> Iterable[str]:
    for state in states:
        if state.problem:
            yield f"{state.name}: {state.problem}"
        if state.outdated and state.entry and state.entry.hub:
            yield (
                f"{state.name}: the catalogue has version {state.entry.hub.version}; "
                f"`vitrine weights pull {state.name}` brings it"
            )


def _folders(states: Iterable[BundleState]) -> Iterable[str]:
    for state in states:
        if state.folder is not None:
            yield f"{state.name}: {state.folder}"
