"""A copy of a bundle with another calibration."""

from pathlib import Path

from weights.bundle import CALIBRATION, Bundle, file_sha256
from weights.bundle_copy import MODEL_CARD, SHOWN_DIGITS, write_copy
from weights.calibration import Calibration

FIT = "+fit."


def write_recalibrated(bundle: Bundle, calibration: Calibration, folder: Path) -> Bundle:
    """Copies the bundle's stated files to `folder` with the new calibration, sealed and verified.

    The name stays; the version becomes that of the bundle, `+fit.` and the first digits of the
    calibration's SHA-256. The copy's model card says that its figures are the original's.

    Raises `BundleError` where the folder is not vacant, OSError where it cannot be written.
    """

    def recalibrate(copy: Path) -> str:
        calibration.save(copy / CALIBRATION)
        _note_in_card(copy / MODEL_CARD, bundle, calibration)
        return _version(bundle.version, file_sha256(copy / CALIBRATION))

    return write_copy(bundle, folder, recalibrate)


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
