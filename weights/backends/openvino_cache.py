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
import warnings
from pathlib import Path
from typing import Any

import platformdirs
import torch
from torch import Tensor, nn

from weights.bundle import Bundle, file_sha256
from weights.clip import ClipModel, Network, example_input

MODEL, WEIGHTS, SUMS = "image_tower.xml", "image_tower.bin", "sums.json"
FORMAT = 1
"""Goes up when what is converted changes."""

Files = tuple[bytes, bytes]
"""The model and its weights."""


def cache_folder() -> Path:
    """Where converted models are kept; all of it may be deleted at any time."""
    return platformdirs.user_cache_path("vitrine") / "openvino"


def cached_model(core: Any, clip: ClipModel) -> Any:
    """The model's image tower for OpenVINO: any N x 3 x S x S float32 to N x D of unit norm."""
    folder = cache_folder() / _key(clip.bundle)
    files = _read_verified(folder)
    if files is None:
        model = convert(clip)
        try:
            _keep(model, folder)
        except OSError:  # it serves this process all the same
            files = _written_and_read(model)
        else:
            files = _read_files(folder)
    return core.read_model(*files)


def convert(clip: ClipModel) -> Any:
    """Converts the image tower in memory, in float32, for batches of any size."""
    import openvino

    example = example_input(clip.preprocess)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, on shapes that are the same for all photos
        with torch.inference_mode():
            model = openvino.convert_model(_ImageTower(clip.network), example_input=example)
    model.reshape([-1, *example.shape[1:]])
    return model


class _ImageTower(nn.Module):
    """`encode_image` as a module's forward."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        return self.network.encode_image(images, normalize=True)


def _written_and_read(model: Any) -> Files:
    """The model as it comes back from files: as converted, its last digits would be others."""
    with tempfile.TemporaryDirectory() as made:
        _write(model, Path(made))
        return _read_files(Path(made))


def _key(bundle: Bundle) -> str:
    import openvino

    made_by = f"{FORMAT} {bundle.sha256} {openvino.__version__} {torch.__version__}"
    return f"{bundle.name}-{hashlib.sha256(made_by.encode()).hexdigest()[:32]}"


def _read_files(folder: Path) -> Files:
    """Read whole: a file that OpenVINO maps into memory could be changed under a running model."""
    return (folder / MODEL).read_bytes(), (folder / WEIGHTS).read_bytes()


def _read_verified(folder: Path) -> Files | None:
    """The files where both are there and are those that were written."""
    try:
        sums = json.loads((folder / SUMS).read_text(encoding="utf-8"))
        files = _read_files(folder)
        found = [hashlib.sha256(content).hexdigest() for content in files]
        return files if found == [sums[MODEL], sums[WEIGHTS]] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(model: Any, folder: Path) -> None:
    """Writes the model beside `folder` and puts it there when whole, in place of a damaged one.

    Another process may do the same at the same moment: the first one's stays. Raises OSError where
    it cannot be put there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write(model, aside)
        sums = {name: file_sha256(aside / name) for name in (MODEL, WEIGHTS)}
        (aside / SUMS).write_text(json.dumps(sums), encoding="utf-8")
        if _read_verified(folder) is None:
            shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(model: Any, folder: Path) -> None:
    import openvino

    try:
        openvino.save_model(model, str(folder / MODEL), compress_to_fp16=False)
    except RuntimeError as error:  # what OpenVINO says of a full disk, say
        raise OSError(str(error)) from error
