"""OpenCV comes in several distributions that all install the one package `cv2`.

Vitrine asks for opencv-python, the nudenet package for opencv-python-headless. Side by side they
work in whichever order they were installed, the later one's files being used; removing either one
takes the other's files along, and different versions leave a mixture.
"""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from moderation.errors import OpenCVPairError

PAIR = ("opencv-python", "opencv-python-headless")


def installed_pair() -> dict[str, str]:
    """The versions of those of the two distributions that are installed."""
    found: dict[str, str] = {}
    for name in PAIR:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def check_pair(installed: Mapping[str, str] | None = None) -> None:
    """Raises OpenCVPairError, with the command that repairs it, where the two versions differ or
    `cv2` cannot be used. `installed` (distribution to version) is looked up where left out."""
    found = installed_pair() if installed is None else dict(installed)
    if len(set(found.values())) > 1:
        listed = " and ".join(f"{name} {number}" for name, number in found.items())
        raise OpenCVPairError(f"{listed} share one folder. {_repair(found)}")
    try:
        import cv2
    except ImportError as error:
        raise OpenCVPairError(f"cv2 cannot be imported: {error}. {_repair(found)}") from error
    if not hasattr(cv2, "resize"):
        raise OpenCVPairError(f"files of cv2 are missing. {_repair(found)}")


def _repair(found: Mapping[str, str]) -> str:
    """The headless build last, so that its files are used: it needs no libraries of a desktop."""
    newest = max(found.values(), key=_numbers, default="")
    wanted = [f"{name}=={newest}" if newest else name for name in PAIR]
    commands = " && ".join(f"pip install --force-reinstall --no-deps {name}" for name in wanted)
    return f"Repair it with: {commands}"


def _numbers(version_text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version_text.split(".") if part.isdigit())
