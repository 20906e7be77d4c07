"""Folders at addresses, walked as `vision.listing_folder` walks those on local disk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vision.listing_error import ListingError
from vision.listing_folder import is_hidden, is_photo_name
from vision.listing_values import natural_key
from vision.remote_errors import RemoteError
from vision.remote_file import RemoteFile
from vision.remote_retry import PAUSES, with_retries
from vision.remote_system import file_system

MAX_DEPTH = 32
"""A web server may link its folders in a circle."""


@dataclass(frozen=True)
class RemotePhotoFolder:
    """A folder with photos of its own; `relative` is its path under the folder asked for."""

    relative: str
    photos: tuple[RemoteFile, ...]


def is_remote_folder(file: RemoteFile, *, pauses: Sequence[float] = PAUSES) -> bool:
    """Whether the address is a folder's: by its final slash, or else as its file system says.

    On web servers the slash alone decides. Raises ListingError where the answer cannot be had.
    """
    if file.url.endswith("/") or not file.path.strip("/"):
        return True
    if file.is_web:
        return False
    try:
        found = with_retries(lambda: file_system(file.protocol).isdir(file.target), pauses=pauses)
    except RemoteError as error:
        raise ListingError(f"cannot be looked at: {error}", file) from None
    return bool(found)


def walk_remote_folders(
    root: RemoteFile, *, pauses: Sequence[float] = PAUSES
) -> Iterator[RemotePhotoFolder]:
    """Every folder with photos, `root` first, then its sub-folders in natural order, depth first.

    A folder is listed when it is reached, and its entries alone are held. Raises ListingError for
    a folder that cannot be listed.
    """
    waiting = [iter([("", root)])]
    while waiting:
        visit = next(waiting[-1], None)
        if visit is None:
            waiting.pop()
            continue
        relative, folder = visit
        entries = _entries(folder, pauses)
        photos = tuple(_below(folder, name) for name, _ in entries if is_photo_name(name))
        if photos:
            yield RemotePhotoFolder(relative, photos)
        if len(waiting) < MAX_DEPTH:
            waiting.append(_visits_below(relative, folder, entries))


def _visits_below(
    relative: str, folder: RemoteFile, entries: list[tuple[str, bool]]
) -> Iterator[tuple[str, RemoteFile]]:
    for name, is_folder in entries:
        if is_folder and not is_photo_name(name):
            yield f"{relative}/{name}".lstrip("/"), _below(folder, f"{name}/")


def _below(folder: RemoteFile, name: str) -> RemoteFile:
    inside = RemoteFile(_with_slash(folder.url.partition("?")[0]), folder.redirects)
    file = inside.beside(name)
    return RemoteFile(f"{file.url}/", file.redirects) if name.endswith("/") else file


def _entries(folder: RemoteFile, pauses: Sequence[float]) -> list[tuple[str, bool]]:
    """Names of files and folders directly in a folder, naturally sorted, with what is a folder."""
    system = file_system(folder.protocol)
    target = _with_slash(folder.target) if folder.is_web else folder.target
    try:
        found = with_retries(lambda: system.ls(target, detail=True), pauses=pauses)
    except RemoteError as error:
        raise ListingError(f"cannot list this folder: {error}", folder) from None
    named = {_name_in(folder, entry, system): entry["type"] == "directory" for entry in found}
    names = sorted((name for name in named if name and not is_hidden(name)), key=natural_key)
    return [(name, named[name]) for name in names]


def _name_in(folder: RemoteFile, entry: dict[str, Any], system: Any) -> str:
    """An entry's own name; nothing for one that is not directly in the folder."""
    above = _with_slash(system._strip_protocol(folder.target).partition("?")[0])
    path: str = entry["name"]
    name = path.removeprefix(above).rstrip("/") if path.startswith(above) else ""
    if not name or "/" in name or set(name) & set("?#") & (set("?#") if folder.is_web else set()):
        return ""
    return _unescaped(name) if folder.is_web else name


def _unescaped(name: str) -> str:
    from urllib.parse import unquote

    plain = unquote(name, errors="replace")
    return "" if "/" in plain or plain in (".", "..") else plain


def _with_slash(text: str) -> str:
    return text if text.endswith("/") else f"{text}/"
