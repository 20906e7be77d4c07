"""Image towers converted for OpenVINO, kept so that a bundle is converted only once.

Converting takes seconds. What comes out depends on the bundle's files and on the versions of
OpenVINO and torch: these name its folder. Its own files are verified by their SHA-256 before each
use; a folder that fails, or cannot be written, costs a conversion and nothing else. The model is
always read back from its files, so that the first run gives the bytes of every later one.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import platformdirs

from weights.backends.model_source import ModelSource
from weights.bundle import Bundle, file_sha256
from weights.image_input import ImageInput

MODEL, WEIGHTS, INPUT = "image_tower.xml", "image_tower.bin", "image_input.json"
FILES = (MODEL, WEIGHTS, INPUT)
"""The model, its weights, and how its input is made, which the bundle's model alone knows."""

SUMS = "sums.json"
FORMAT = 2
"""Goes up when what is converted changes."""

Files = Mapping[str, bytes]
"""The contents of each of `FILES`, by name."""


def cache_folder() -> Path:
    """Where converted models are kept; all of it may be deleted at any time."""
    return platformdirs.user_cache_path("vitrine") / "openvino"


def cached_model(core: Any, source: ModelSource) -> tuple[Any, ImageInput]:
    """The image tower for OpenVINO, any N x 3 x S x S float32 to N x D of unit norm; its input."""
    folder = cache_folder() / _key(source.bundle)
    files = _read_verified(folder)
    if files is None:
        from weights.backends.openvino_convert import convert

        model, image_input = convert(source.clip), source.clip.image_input
        try:
            _keep(model, image_input, folder)
        except OSError:  # it serves this process all the same
            files = _written_and_read(model, image_input)
        else:
            files = _read_files(folder)
    return core.read_model(files[MODEL], files[WEIGHTS]), ImageInput.of(json.loads(files[INPUT]))


def _written_and_read(model: Any, image_input: ImageInput) -> Files:
    """The model as it comes back from files: as converted, its last digits would be others."""
    with tempfile.TemporaryDirectory() as made:
        _write(model, image_input, Path(made))
        return _read_files(Path(made))


def _key(bundle: Bundle) -> str:
    import openvino

    made_by = f"{FORMAT} {bundle.sha256} {openvino.__version__} {version('torch')}"
    return f"{bundle.name}-{hashlib.sha256(made_by.encode()).hexdigest()[:32]}"


def _read_files(folder: Path) -> Files:
    """Read whole: a file that OpenVINO maps into memory could be changed under a running model."""
    return {name: (folder / name).read_bytes() for name in FILES}


def _read_verified(folder: Path) -> Files | None:
    """The files where both are there and are those that were written."""
    try:
        sums = json.loads((folder / SUMS).read_text(encoding="utf-8"))
        files = _read_files(folder)
        found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        return files if found == sums else None
    except (OSError, ValueError):
        return None


def _keep(model: Any, image_input: ImageInput, folder: Path) -> None:
    """Writes the model beside `folder` and puts it there when whole, in place of a damaged one.

    Another process may do the same at the same moment: the first one's stays. Raises OSError where
    it cannot be put there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write(model, image_input, aside)
        sums = {name: file_sha256(aside / name) for name in FILES}
        (aside / SUMS).write_text(json.dumps(sums), encoding="utf-8")
        if _read_verified(folder) is None:
            shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(model: Any, image_input: ImageInput, folder: Path) -> None:
    import openvino

    (folder / INPUT).write_text(json.dumps(asdict(image_input)), encoding="utf-8")
    try:
        openvino.save_model(model, str(folder / MODEL), compress_to_fp16=False)
    except RuntimeError as error:  # what OpenVINO says of a full disk, say
        raise OSError(str(error)) from error
