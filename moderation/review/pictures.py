"""Where an item's photo lies: under the folder that was given for it, and nowhere else."""

from pathlib import Path, PurePosixPath, PureWindowsPath


def photo_file(root: Path, source: str) -> Path | None:
    """The file that `source` names below `root`; None where there is none.

    Absolute paths, drives, `..`, control characters, and links that lead out of `root` name no
    file of it, and neither do folders or devices.
    """
    if not source or any(ord(character) < 32 for character in source):
        return None
    parts = PurePosixPath(source).parts
    if ".." in parts or PurePosixPath(source).is_absolute() or PureWindowsPath(source).anchor:
        return None
    try:
        base = root.resolve(strict=True)
        file = base.joinpath(*parts).resolve(strict=True)
        return file if file.is_relative_to(base) and file.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None
