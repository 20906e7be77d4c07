"""The tour runs from its first cell to its last, and its figures come out."""

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
from ipykernel.kernelspec import write_kernel_spec
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

ROOT = Path(__file__).parents[2]
TOUR = ROOT / "notebooks" / "tour.ipynb"
SECONDS_PER_CELL = 300


@pytest.fixture(scope="module")
def stored() -> NotebookNode:
    return nbformat.read(TOUR, as_version=4)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookNode]:
    """A copy of the tour, run by this interpreter in a folder of its own; a cell's error raises."""
    folder = tmp_path_factory.mktemp("tour")
    write_kernel_spec(folder / "jupyter" / "kernels" / "python3")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        environment.setenv("IPYTHONDIR", str(folder / "ipython"))
        environment.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        environment.delenv("MPLBACKEND", raising=False)
        notebook = nbformat.read(TOUR, as_version=4)
        place = {"metadata": {"path": str(folder)}}
        client = NotebookClient(
            notebook, timeout=SECONDS_PER_CELL, kernel_name="python3", resources=place
        )
        yield client.execute()


def test_the_tour_is_a_valid_notebook_stored_without_outputs(stored: NotebookNode) -> None:
    nbformat.validate(stored)
    cells = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert cells
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)


@pytest.mark.slow
def test_every_cell_runs_and_nothing_is_written_to_standard_error(executed: NotebookNode) -> None:
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    complaints = [out.text for out in _outputs(executed) if out.get("name") == "stderr"]
    assert complaints == []


@pytest.mark.slow
def test_every_cell_that_draws_gives_a_figure_that_is_not_blank(executed: NotebookNode) -> None:
    drawing = [cell for cell in executed.cells if "plt.show()" in cell.source]
    assert len(drawing) >= 7
    for cell in drawing:
        pictures = [
            out.data["image/png"] for out in cell.outputs if "image/png" in out.get("data", {})
        ]
        assert len(pictures) == cell.source.count("plt.show()"), cell.id
        for picture in pictures:
            pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB"))
            assert pixels.shape[1] >= 900, cell.id
            assert pixels.std() > 10, cell.id


@pytest.mark.slow
def test_bad_photos_are_coded_errors_and_go_to_review(executed: NotebookNode) -> None:
    said = _text(executed, "broken")
    for code in ("empty", "truncated", "too_many_pixels", "unsupported_format", "not_found"):
        assert f"`{code}`" in said
    assert "verdict: review, cover: photo 1" in said


@pytest.mark.slow
def test_spoilt_photos_are_told_what_is_wrong_with_them(executed: NotebookNode) -> None:
    said = _text(executed, "quality-advice")
    for code in ("blurry", "too_dark", "noisy", "compressed", "color_cast"):
        assert f"`{code}`" in said


def _outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def _text(notebook: NotebookNode, cell_id: str) -> str:
    """All that a cell printed or showed as a table."""
    (cell,) = [cell for cell in notebook.cells if cell.id == cell_id]
    parts = [
        out.text if out.output_type == "stream" else out.data.get("text/markdown", "")
        for out in cell.outputs
    ]
    return "\n".join(parts)
