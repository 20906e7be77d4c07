"""A copy of a bundle with another calibration."""

import shutil
import tempfile
from pathlib import Path

from weights.bundle import CALIBRATION, Bundle, file_sha256, open_bundle, seal
from weights.calibration import Calibration
from weights.errors import BundleError

MODEL_CARD = "MODEL_CARD.md"
FIT = "+fit."
SHOWN_DIGITS = 8


def check_vacant(folder: Path) -> None:
    """Raises `BundleError` where a bundle cannot be written to `folder`, since something is there.

    A folder without anything in it will do.
    """
    if folder.is_dir():
        if any(folder.iterdir()):
            raise BundleError(f"{folder} is not empty: a bundle is written to a new folder")
    elif folder.exists() or folder.is_symlink():
        raise BundleError(f"{folder} is not a folder")


def write_recalibrated(bundle: Bundle, calibration: Calibration, folder: Path) -> Bundle:
    """Copies the bundle's stated files to `folder` with the new calibration, sealed and verified.

    The name stays; the version becomes that of the bundle, `+fit.` and the first digits of the
    calibration's SHA-256. The copy's model card says that its figures are the original's. The copy
    is made beside the folder and moved there whole: nothing half-written is ever at `folder`.

    Raises `BundleError` where the folder is not vacant, OSError where it cannot be written.
    """
    target = folder.resolve()
    check_vacant(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fit-", dir=target.parent) as aside:
        copy = Path(aside) / target.name
        copy.mkdir()
        for name in bundle.manifest.files:
            (copy / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(bundle.folder / name, copy / name)
        calibration.save(copy / CALIBRATION)
        version = _version(bundle.version, file_sha256(copy / CALIBRATION))
        _note_in_card(copy / MODEL_CARD, bundle, calibration)
        manifest = bundle.manifest
        seal(
            copy,
            name=manifest.name,
            version=version,
            taxonomy=manifest.taxonomy,
            licence=manifest.licence,
        )
        if target.is_dir():
            target.rmdir()
        copy.rename(target)
    return open_bundle(folder)


def _version(version: str, sha256: str) -> str:
    return f"{version.partition(FIT)[0]}{FIT}{sha256[:SHOWN_DIGITS]}"


def _note_in_card(path: Path, bundle: Bundle, calibration: Calibration) -> None:
    if path.is_file():
        note = (
            f"> The calibration of this copy of {bundle.name} {bundle.version} was fitted again: "
            f"{calibration.fitted_on}. What the card below says of confidences, thresholds, "
            "coverage and precision was measured with the calibration it had before.\n"
        )
        path.write_text(f"{note}\n{path.read_text('utf-8')}", "utf-8", newline="\n")
